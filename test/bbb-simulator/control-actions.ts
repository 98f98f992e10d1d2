/** The actions of `/simulator/…`, each with the exact JSON it takes; they do what a test would do, nothing more. */
import { z } from 'zod';
import { FAULT_BODY, setFaults } from './control-faults';
import type { Simulator } from './index';

/** An action: what it takes, an example for the help text, what it does. */
export interface ControlAction {
  readonly body: z.ZodType;
  readonly example: Readonly<Record<string, unknown>>;
  readonly run: (simulator: Simulator, body: unknown) => unknown;
}

function action<Body>(
  body: z.ZodType<Body>,
  example: Readonly<Record<string, unknown>>,
  run: (simulator: Simulator, body: Body) => unknown,
): ControlAction {
  return { body, example, run: (simulator, given) => run(simulator, given as Body) };
}

const meeting = z.string().min(1);
const user = z.string().min(1);
const userdata = z.record(z.string(), z.string());
const joining = {
  externalUserId: z.string().min(1).exactOptional(),
  name: z.string().min(1).exactOptional(),
  role: z.enum(['MODERATOR', 'VIEWER']).exactOptional(),
  bot: z.boolean().exactOptional(),
  guest: z.boolean().exactOptional(),
  userdata: userdata.exactOptional(),
};
const somebody = z.strictObject({ meeting, user });
const byModerator = z.strictObject({ meeting, by: user });
const somebodyExample = { meeting: 'math-101', user: 'w_0123456789ab' };
const moderatorExample = { meeting: 'math-101', by: 'w_0123456789ab' };

const createParams = z
  .looseObject({ meetingID: meeting })
  .catchall(z.union([z.string(), z.number(), z.boolean()]));

export const CONTROL_ACTIONS: Readonly<Record<string, ControlAction>> = {
  create: action(
    createParams,
    { meetingID: 'math-101', duration: 60, meta_tier: 'free' },
    (simulator, params) => simulator.create(params),
  ),
  join: action(
    z.strictObject({ meeting, ...joining }),
    { meeting: 'math-101', externalUserId: 'gl-1', name: 'Ada', role: 'MODERATOR' },
    (simulator, { meeting: ref, ...person }) => simulator.join(ref, person),
  ),
  disconnect: action(somebody, somebodyExample, (simulator, body) =>
    simulator.disconnect(body.meeting, body.user),
  ),
  reconnect: action(somebody, somebodyExample, (simulator, body) =>
    simulator.reconnect(body.meeting, body.user),
  ),
  leave: action(somebody, somebodyExample, (simulator, body) => simulator.leave(body.meeting, body.user)),
  'dial-in': action(
    z.strictObject({ meeting, callerName: z.string().min(1) }),
    { meeting: 'math-101', callerName: '+49 30 1234' },
    (simulator, { meeting: ref, callerName }) => simulator.dialIn(ref, { callerName }),
  ),
  'hang-up': action(somebody, { ...somebodyExample, user: 'v_7' }, (simulator, body) =>
    simulator.hangUp(body.meeting, body.user),
  ),
  'set-role': action(
    z.strictObject({ meeting, user, role: z.enum(['MODERATOR', 'VIEWER']), by: user }),
    { ...somebodyExample, role: 'MODERATOR', by: 'w_ba9876543210' },
    (simulator, { meeting: ref, user: who, role, by }) => simulator.setRole(ref, who, role, by),
  ),
  'start-recording': action(byModerator, moderatorExample, (simulator, body) =>
    simulator.startRecording(body.meeting, body.by),
  ),
  'stop-recording': action(byModerator, moderatorExample, (simulator, body) =>
    simulator.stopRecording(body.meeting, body.by),
  ),
  'open-breakouts': action(
    z.strictObject({
      meeting,
      count: z.int().min(1).max(64),
      durationMinutes: z.int().min(1),
      record: z.boolean().exactOptional(),
    }),
    { meeting: 'math-101', count: 2, durationMinutes: 15 },
    (simulator, { meeting: ref, ...request }) => simulator.openBreakouts(ref, request),
  ),
  'join-breakout': action(
    z.strictObject({ room: meeting, user, name: z.string().min(1).exactOptional() }),
    { room: 'internal id of the room', user: 'w_0123456789ab', name: 'Ada' },
    (simulator, { room, user: who, ...person }) => simulator.joinBreakout(room, who, person),
  ),
  end: action(z.strictObject({ meeting }), { meeting: 'math-101' }, (simulator, body) =>
    simulator.endMeeting(body.meeting),
  ),
  restart: action(
    z.strictObject({ what: z.enum(['akka-apps', 'bbb-web']) }),
    { what: 'akka-apps' },
    (simulator, body) =>
      body.what === 'akka-apps' ? simulator.restartAkkaApps() : simulator.restartBbbWeb(),
  ),
  faults: action(FAULT_BODY, { api: { kind: 'down' } }, setFaults),
};
