/** Versions of BBB whose message shapes and accepted commands are played. */
export const BBB_VERSIONS = ['2.6', '2.7', '3.0', '4.0'] as const;
export type BbbVersion = (typeof BBB_VERSIONS)[number];

export function isBbbVersion(text: string): text is BbbVersion {
  return (BBB_VERSIONS as readonly string[]).includes(text);
}

export function isSince(version: BbbVersion, first: BbbVersion): boolean {
  return BBB_VERSIONS.indexOf(version) >= BBB_VERSIONS.indexOf(first);
}

/** What the API's root reveals where it does; `allowRevealOfBBBVersion` is off by default in 4.0. */
export const REVEALED: Readonly<Record<BbbVersion, string | undefined>> = {
  '2.6': '2.6.14',
  '2.7': '2.7.12',
  '3.0': '3.0.11',
  '4.0': undefined,
};
