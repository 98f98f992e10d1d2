/** Phone callers in the lobby: akka-apps lists them among `users` as soon as they wait, in an `audio` list only once they are let in. */

/** FreeSWITCH's bridge names a caller `v_` and the number in the voice conference. */
const CALLER_PREFIX = 'v_';

interface Listed {
  readonly internalUserId: string;
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

/** The ids in `listenOnly`, `twoWay`, `phone` and whatever else has `users`. */
function idsIn(audio: unknown): ReadonlySet<unknown> {
  const blocks: readonly unknown[] = typeof audio === 'object' && audio !== null ? Object.values(audio) : [];
  const users = blocks.flatMap((block) => {
    const listed = field(block, 'users');
    return Array.isArray(listed) ? (listed as readonly unknown[]) : [];
  });
  return new Set(users.map((user) => field(user, 'id')));
}

/**
 * The people of one of akka-apps' lists who are in the meeting: without callers whom no `audio` list names. akka-apps 2.6 names callers
 * there by their bare number (`102` for `v_102`).
 */
export function withoutLobby<User extends Listed>(users: readonly User[], audio: unknown): readonly User[] {
  const isCaller = ({ internalUserId }: User): boolean => internalUserId.startsWith(CALLER_PREFIX);
  if (!users.some(isCaller)) return users;
  const inAudio = idsIn(audio);
  return users.filter((user) => {
    const { internalUserId } = user;
    return (
      !isCaller(user) ||
      inAudio.has(internalUserId) ||
      inAudio.has(internalUserId.slice(CALLER_PREFIX.length))
    );
  });
}
