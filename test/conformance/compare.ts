/** Compares what a player published with a recording: shapes everywhere, and per meeting and person the order and the times. */
import { CUT_SHORT, DIFFERENCES, type Difference, LEFT_OUT } from './differences';
import { MAIN, type Observed, type Played, type Recording, type WebhookDelivery } from './recording';
import { fits, type Shape, shapeOf, shapeText } from './shape';

/** Events follow their causes within 176 ms at the worst; audits and reports are up to 40 ms late. */
const TOLERANCE_MS = 300;

function nameOf({ message }: Observed): string {
  return message.envelope.name;
}

const isCompared = (observed: Observed): boolean => !LEFT_OUT.has(nameOf(observed));

/** Header and routing, without the ids in them; `DIRECT` and `BROADCAST_TO_MEETING` are told apart. */
function frameOf({ channel, message }: Observed): string {
  const { routing } = message.envelope;
  const kind = routing.msgType ?? routing.sender ?? '';
  // What is addressed to a fixed name is no id.
  const isFixed = /^(nodeJSapp|not-used|SYSTEM|system)$/.test(routing.userId ?? '');
  const to = isFixed ? routing.userId : '';
  const keys = (fields: object): string => Object.keys(fields).join(',');
  const { userId: sender } = message.core.header;
  // Addressed to another than the header names.
  const other =
    routing.userId !== undefined && sender !== undefined && routing.userId !== sender ? ' to another' : '';
  return `${channel} ${kind}${to === '' ? '' : `→${to}`}${other} routing(${Object.keys(routing).sort().join(',')}) header(${keys(message.core.header)})`;
}

interface Shapes {
  readonly frames: ReadonlySet<string>;
  readonly bodies: ReadonlyMap<string, Shape>;
}

function shapesByName(messages: readonly Observed[]): ReadonlyMap<string, Shapes> {
  const byName = new Map<string, { frames: Set<string>; bodies: Map<string, Shape> }>();
  for (const each of messages.filter(isCompared)) {
    const known = byName.get(nameOf(each)) ?? { frames: new Set(), bodies: new Map() };
    byName.set(nameOf(each), known);
    known.frames.add(frameOf(each));
    const body = shapeOf(each.message.core.body);
    known.bodies.set(shapeText(body), body);
  }
  return byName;
}

/** Of every message name: the same channels, routing, headers and bodies. Over all scenarios, for a single one shows few shapes. */
export function shapeFindings(recorded: readonly Observed[], played: readonly Observed[]): readonly string[] {
  const [real, own] = [shapesByName(recorded), shapesByName(played)];
  const findings: string[] = [];
  for (const [name, shapes] of own) {
    const expected = real.get(name);
    if (expected === undefined) {
      findings.push(`${name}: akka-apps does not publish it`);
      continue;
    }
    for (const frame of shapes.frames)
      if (!expected.frames.has(frame))
        findings.push(`${name}: ${frame}, expected one of ${[...expected.frames].join(' | ')}`);
    for (const frame of expected.frames)
      if (!shapes.frames.has(frame)) findings.push(`${name}: ${frame} is missing`);
    for (const [body, shape] of shapes.bodies)
      if (![...expected.bodies.values()].some((allowed) => fits(shape, allowed)))
        findings.push(`${name}: body ${body}, expected one of ${[...expected.bodies.keys()].join(' | ')}`);
  }
  for (const name of real.keys()) if (!own.has(name)) findings.push(`${name}: is missing`);
  return findings;
}

interface Said {
  readonly name: string;
  readonly t: number;
}

const ABOUT_A_USER_ID: ReadonlySet<string> = new Set([
  'UserRoleChangedEvtMsg',
  'UserRegisteredRespMsg',
  'ValidateAuthTokenRespMsg',
  'DisconnectClientSysMsg',
  'BreakoutRoomJoinURLEvtMsg',
]);

/** Whom a message is about: the person in its body, else the meeting. */
function subjectOf({ message }: Observed): string {
  const { body, header } = message.core;
  const { name } = message.envelope;
  if (name === 'GuestsWaitingForApprovalEvtMsg') {
    const [guest] = body.guests as readonly { readonly intId: string }[];
    return guest?.intId ?? '';
  }
  if (name === 'GuestApprovedEvtMsg') return header.userId ?? '';
  const person = body.intId ?? body.presenterId ?? (ABOUT_A_USER_ID.has(name) ? body.userId : undefined);
  return String(person ?? '');
}

/**
 * Everything said about each person and each meeting, in order. People and meetings are numbered by their first appearance, so that ids do not
 * matter; rooms appear in any order, so whose room it is does not matter either.
 */
function streams(messages: readonly Observed[]): ReadonlyMap<string, readonly Said[]> {
  const numbers = new Map<string, number>();
  const byStream = new Map<string, Said[]>();
  for (const each of messages) {
    if (!isCompared(each) || each.channel !== MAIN) continue;
    const subject = subjectOf(each);
    // Bot-free and simple: `MeetingInfo…` and pongs are about the server.
    const kind = subject === '' ? 'meeting' : subject.startsWith('v_') ? 'caller' : 'person';
    if (kind !== 'meeting' && !numbers.has(subject))
      numbers.set(
        subject,
        [...numbers.keys()].filter((known) => known.startsWith(subject.slice(0, 2))).length,
      );
    const stream = kind === 'meeting' ? 'the meetings' : `${kind} ${numbers.get(subject)}`;
    const said = byStream.get(stream) ?? [];
    said.push({ name: nameOf(each), t: each.t });
    byStream.set(stream, said);
  }
  return byStream;
}

/** Ends side by side and rooms in any order leave the meetings' own order free: their messages are compared by name. */
function ordered(stream: string, said: readonly Said[]): readonly Said[] {
  if (stream !== 'the meetings') return said;
  return said.toSorted((a, b) => (a.name === b.name ? a.t - b.t : a.name < b.name ? -1 : 1));
}

/** On the other channels as many of each name, in any order. */
function numberFindings(
  recording: Recording,
  played: Played,
  excused: ReadonlySet<string>,
): readonly string[] {
  const counted = (messages: readonly Observed[]): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const each of messages) {
      const name = nameOf(each);
      if (!isCompared(each) || each.channel === MAIN || CUT_SHORT.has(name) || excused.has(name)) continue;
      const key = `${each.channel} ${name}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return counts;
  };
  const [real, own] = [counted(recording.published), counted(played.published)];
  return [...new Set([...real.keys(), ...own.keys()])].flatMap((key) =>
    real.get(key) === own.get(key) ? [] : [`${key}: ${own.get(key) ?? 0}, expected ${real.get(key) ?? 0}`],
  );
}

/** The same things said, in the same order, at the same times. */
export function orderFindings(
  recording: Recording,
  played: Played,
  excuses: readonly Difference[] = DIFFERENCES,
): readonly string[] {
  const differences = excuses.filter(({ scenario }) => scenario === recording.scenario || scenario === '*');
  const excused = new Set(
    differences.flatMap(({ names, withinMs }) => (withinMs === undefined ? names : [])),
  );
  const [real, own] = [streams(recording.published), streams(played.published)];
  const findings: string[] = [...numberFindings(recording, played, excused)];
  for (const stream of new Set([...real.keys(), ...own.keys()])) {
    const keep = ({ name }: Said): boolean => !excused.has(name);
    const expected = ordered(stream, (real.get(stream) ?? []).filter(keep));
    const found = ordered(stream, (own.get(stream) ?? []).filter(keep));
    const names = (said: readonly Said[]): string => said.map(({ name }) => name).join(' ');
    if (names(expected) !== names(found)) {
      findings.push(`${stream}:\n    expected ${names(expected)}\n    found    ${names(found)}`);
      continue;
    }
    found.forEach(({ name, t }, index) => {
      const at = expected[index]?.t ?? Number.NaN;
      const within = differences.find(({ names }) => names.includes(name))?.withinMs ?? TOLERANCE_MS;
      if (Math.abs(t - at) > within)
        findings.push(`${stream}: ${name} at ${t} ms, expected at ${at} ms (± ${within})`);
    });
  }
  return findings;
}

/** akka-apps' HTTP answers: status, shape, and how many meetings and people are in them. */
export function answerFindings(recording: Recording, played: Played): readonly string[] {
  return recording.answers.flatMap((expected, index) => {
    const found = played.answers[index];
    const what = `${expected.channel} ${expected.message.request} at ${expected.t} ms`;
    const summary = (body: unknown): string => {
      const listed = Array.isArray(body) ? body : [body];
      return listed
        .map((each) => {
          const { users, message } = each as {
            readonly users?: readonly { readonly id: string }[];
            message?: string;
          };
          if (users === undefined)
            return message === undefined ? shapeText(shapeOf(each)) : message.replace(/ID .*/, 'ID …');
          const callers = users.filter(({ id }) => id.startsWith('v_')).length;
          return `${users.length - callers} people, ${callers} callers in ${shapeText(shapeOf(each))}`;
        })
        .sort()
        .join('; ');
    };
    if (found?.message.status !== expected.message.status)
      return [`${what}: status ${found?.message.status}, expected ${expected.message.status}`];
    const [own, real] = [summary(found.message.body), summary(expected.message.body)];
    const isList = Array.isArray(found.message.body) === Array.isArray(expected.message.body);
    return own === real && isList ? [] : [`${what}: ${own}, expected ${real}`];
  });
}

/** bbb-webhooks: the same events for each person, each with the same fields; which overtakes which is free. */
export function webhookFindings(recording: Recording, played: Played): readonly string[] {
  if (recording.webhooks === undefined || played.webhooks === undefined) return [];
  const excused = new Set(
    DIFFERENCES.filter(({ scenario }) => scenario === `webhooks ${recording.scenario}`).flatMap(
      ({ names }) => names,
    ),
  );
  const described = (deliveries: readonly WebhookDelivery[]): Map<string, Set<string>> => {
    const byId = new Map<string, Set<string>>();
    for (const { event } of deliveries) {
      const [data] = [event].flat().map((each) => each.data);
      if (data === undefined || excused.has(data.id)) continue;
      const shapes = byId.get(data.id) ?? new Set();
      shapes.add(shapeText(shapeOf(data)));
      byId.set(data.id, shapes);
    }
    return byId;
  };
  const counted = (deliveries: readonly WebhookDelivery[]): string =>
    deliveries
      .flatMap(({ event }) => [event].flat().map(({ data }) => data.id))
      .filter((id) => !excused.has(id))
      .sort()
      .join(' ');
  const findings: string[] = [];
  if (counted(recording.webhooks) !== counted(played.webhooks))
    findings.push(
      `webhooks:\n    expected ${counted(recording.webhooks)}\n    found    ${counted(played.webhooks)}`,
    );
  const [real, own] = [described(recording.webhooks), described(played.webhooks)];
  for (const [id, shapes] of own)
    for (const shape of shapes)
      if (real.has(id) && !real.get(id)?.has(shape))
        findings.push(`webhook ${id}: ${shape}, expected ${[...(real.get(id) ?? [])].join(' | ')}`);
  return findings;
}
