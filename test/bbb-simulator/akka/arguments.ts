/** `--akka redis://… --analytics http://…`: where the running akka-apps is. */
import { parseArgs } from 'node:util';

export interface AkkaArguments {
  readonly redisUrl: string;
  readonly analyticsUrl: string;
}

/** Undefined when neither is given. Throws when one is missing or has another scheme. */
export function readAkkaArguments(args: readonly string[]): AkkaArguments | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: { akka: { type: 'string' }, analytics: { type: 'string' } },
    strict: false,
  });
  const { akka, analytics } = values;
  if (akka === undefined && analytics === undefined) return undefined;
  if (!isUrl(akka, /^rediss?:/)) {
    throw new Error('--akka: expected the Redis address of a running akka-apps, e.g. redis://127.0.0.1:6379');
  }
  if (!isUrl(analytics, /^https?:/)) {
    throw new Error('--analytics: expected the HTTP address of akka-apps, e.g. http://127.0.0.1:8901');
  }
  return { redisUrl: akka, analyticsUrl: analytics };
}

function isUrl(value: unknown, scheme: RegExp): value is string {
  return typeof value === 'string' && URL.canParse(value) && scheme.test(new URL(value).protocol);
}
