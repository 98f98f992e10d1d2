/** Runs words of the command line in this process against a world's service, and keeps what it wrote; asserts nothing. */
import type { CliIo } from '../../../sidecar/cli/io';
import { runProgram } from '../../../sidecar/cli/program';
import type { MeetingView } from '../../bbb-simulator';
import type { World } from '../../support/world';

export const ADMIN_SECRET = 'admin-secret-for-tests-only-0123456789';

export interface Run {
  readonly out: string;
  readonly err: string;
  /** What the process would end with. */
  readonly code: number;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A terminal, on which a person answers. */
  readonly isTTY?: boolean;
  readonly answer?: boolean;
  readonly now?: number;
  /** Called with each piece of stdout. */
  readonly onOut?: (text: string) => void;
  readonly sleep?: CliIo['sleep'];
}

/** `asked` collects the questions. */
export async function runCli(
  words: readonly string[],
  options: CliOptions = {},
  asked: string[] = [],
): Promise<Run> {
  let [out, err, code] = ['', '', 0];
  await runProgram(words, {
    stdout: {
      write(text) {
        out += text;
        options.onOut?.(text);
      },
    },
    stderr: {
      write(text) {
        err += text;
      },
    },
    isTTY: options.isTTY ?? false,
    env: options.env ?? {},
    setExitCode(value) {
      code = value;
    },
    now: () => options.now ?? 0,
    async confirm(question) {
      asked.push(question);
      return options.answer ?? false;
    },
    sleep: options.sleep ?? (async () => false),
  });
  return { out, err, code };
}

/** As the operator of that world's service. */
export function cliOf(world: World) {
  return (words: readonly string[], options: CliOptions = {}, asked: string[] = []): Promise<Run> =>
    runCli(
      words,
      {
        now: world.clock.now(),
        ...options,
        env: { BBB_TIERS_URL: world.app.url, ADMIN_JWT_SECRET: ADMIN_SECRET, ...options.env },
      },
      asked,
    );
}

/** One line of at most a screen's width or three, named after the program, with a line end. */
export const ONE_LINE = /^bbb-tiers: [^\n]+\n$/;

export const json = ({ out }: Run) => JSON.parse(out);

/** A running meeting with so many people, the first of them a moderator. */
export async function meetingWith(
  world: World,
  count: number,
  params: Record<string, string> = {},
): Promise<MeetingView> {
  const meeting = world.bbb.create({ meetingID: 'assembly', name: 'Assembly', ...params });
  for (let index = 0; index < count; index += 1)
    world.bbb.join(meeting, {
      externalUserId: `u${index}`,
      name: `Person ${index}`,
      role: index === 0 ? 'MODERATOR' : 'VIEWER',
    });
  await world.advance(2_000);
  return meeting;
}
