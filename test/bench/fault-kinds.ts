/** What can go wrong in a history of the fault round. */
export const FAULTS = [
  'restart',
  'kill',
  "service's clock set",
  "BBB's clock set",
  'bus cut',
  'bus drops',
  'bus late',
  'bus silent',
  'late webhooks',
  'bbb-web away',
  'analytics away',
  'both lists away',
  'database away',
] as const;
/** Redis delivers in order, and all or nothing for as long as a connection lasts: without that nobody can see who is there. Played by name only. */
export const FAULTS_OF_NO_REDIS = ['single events lost', 'single events late'] as const;
export type Fault = (typeof FAULTS)[number] | (typeof FAULTS_OF_NO_REDIS)[number];
/** Who comes meanwhile is in BBB's lists alone, which do not show who is a bot: one more stays then. */
export const HIDES_ARRIVALS: ReadonlySet<Fault> = new Set<Fault>([
  'restart',
  'kill',
  'bus cut',
  'bus drops',
  'bus silent',
  'single events lost',
]);

/** The fault of the history with this number. */
export function faultOf(index: number): Fault {
  return FAULTS[index % FAULTS.length] as Fault;
}
