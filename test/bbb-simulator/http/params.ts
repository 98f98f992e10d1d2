/** Reads single query parameters as BBB's Java does; which parameters there are is decided elsewhere. */

/** Decoded query parameters, the first of each name. */
export type Params = Readonly<Record<string, string | undefined>>;

/** `meta_` removed, lower-cased; a name BBB does not take is left out. */
export function metadataOf(params: Params): Record<string, string> {
  const entries = Object.entries(params).flatMap(([name, value]) => {
    const key = /^meta_([a-zA-Z][a-zA-Z0-9-]*)$/.exec(name)?.[1];
    return key === undefined || value === undefined ? [] : [[key.toLowerCase(), value] as const];
  });
  return Object.fromEntries(entries);
}

/** `Thu Oct 09 08:53:20 UTC 2025`, on a server whose time zone is UTC. */
export function javaDate(ms: number): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(ms).toUTCString().split(' ');
  return `${weekday.replace(',', '')} ${month} ${day} ${time} UTC ${year}`;
}

export function bool(params: Params, name: string, fallback: boolean): boolean {
  const value = params[name];
  return value === undefined || value === '' ? fallback : value.toLowerCase() === 'true';
}

export function int(params: Params, name: string, fallback: number): number {
  const value = params[name];
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : fallback;
}

/** `Integer.parseInt`, negative numbers too (`ParamsProcessorUtil.processMaxUser`). */
export function anyInt(params: Params, name: string, fallback: number): number {
  const value = params[name];
  return value !== undefined && /^[+-]?\d+$/.test(value) ? Number(value) : fallback;
}

export function disabledFeatures(params: Params): string[] {
  const kept = list(params.disabledFeaturesExclude);
  return list(params.disabledFeatures).filter((feature) => !kept.includes(feature));
}

export function list(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
