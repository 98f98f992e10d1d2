/** `/simulator/…` on loopback in front of a running akka-apps: the actions of people, by curl. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import { usersInMap } from '../model/web';
import { type FrontDrive, frontDrive } from './drive';
import type { Front } from './front';

const BAD_REQUEST = 400;
const text = z.string().min(1);
const somebody = z.strictObject({ user: text });

interface Action {
  readonly body: z.ZodType;
  readonly example: Readonly<Record<string, unknown>>;
  readonly run: (drive: FrontDrive, body: unknown, front: Front) => unknown;
}

function action<Body>(
  body: z.ZodType<Body>,
  example: Readonly<Record<string, unknown>>,
  run: (drive: FrontDrive, body: Body, front: Front) => unknown,
): Action {
  return { body, example, run: (drive, given, front) => run(drive, given as Body, front) };
}

const ACTIONS: Readonly<Record<string, Action>> = {
  create: action(
    z.looseObject({ meetingID: text }).catchall(z.coerce.string()),
    { meetingID: 'math-101', duration: 60, meta_tier: 'free' },
    (_, params, front) => front.create(params),
  ),
  join: action(
    z.strictObject({
      meeting: text,
      externalUserId: text.exactOptional(),
      name: text.exactOptional(),
      role: z.enum(['MODERATOR', 'VIEWER']).exactOptional(),
      guest: z.boolean().exactOptional(),
    }),
    { meeting: 'math-101', externalUserId: 'gl-1', name: 'Ada', role: 'MODERATOR' },
    (drive, { meeting, ...guest }) => drive.join(meeting, guest),
  ),
  disconnect: action(somebody, { user: 'w_0123456789ab' }, (drive, { user }) => drive.disconnect(user)),
  reconnect: action(somebody, { user: 'w_0123456789ab' }, (drive, { user }) => drive.reconnect(user)),
  leave: action(somebody, { user: 'w_0123456789ab' }, (drive, { user }) => drive.leave(user)),
  command: action(
    z.strictObject({ name: text, by: text, body: z.record(z.string(), z.unknown()) }),
    {
      name: 'ChangeUserRoleCmdMsg',
      by: 'w_0123456789ab',
      body: { userId: 'w_1', role: 'MODERATOR', changedBy: 'w_0' },
    },
    (drive, { name, by, body }) => drive.command(name, by, body),
  ),
  'dial-in': action(
    z.strictObject({ meeting: text, callerName: text }),
    { meeting: 'math-101', callerName: '+49 30 1234' },
    (drive, { meeting, callerName }) => drive.dialIn(meeting, callerName),
  ),
  'hang-up': action(
    z.strictObject({ meeting: text, user: text }),
    { meeting: 'math-101', user: 'v_101' },
    (drive, { meeting, user }) => drive.hangUp(meeting, user),
  ),
  end: action(z.strictObject({ meeting: text }), { meeting: 'math-101' }, (drive, { meeting }) =>
    drive.end(meeting),
  ),
};

export function buildFrontControl(front: Front): Express {
  const drive = frontDrive(front);
  const app = express().disable('x-powered-by');
  app.use(express.json());
  app.get(['/', '/simulator'], (_, response) => {
    const act = Object.entries(ACTIONS).map(([name, { example }]) => [`POST /simulator/${name}`, example]);
    response.json({ look: ['GET /simulator/meetings'], act: Object.fromEntries(act) });
  });
  app.get('/simulator/meetings', (_, response) => void response.json(meetingsOf(front)));
  app.post('/simulator/:action', async (request, response, next) => {
    const { action: name } = request.params;
    const found = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (found === undefined) next();
    else response.json((await found.run(drive, found.body.parse(request.body), front)) ?? 'done');
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    response.status(BAD_REQUEST).json({ error: problem });
  });
  return app;
}

/** As bbb-web lists them; akka-apps itself is at `/analytics`. */
function meetingsOf({ simulation }: Front): unknown {
  return [...simulation.bbb.web.values()].map((meeting) => ({
    internalMeetingId: meeting.intId,
    externalMeetingId: meeting.extId,
    people: usersInMap(meeting, Date.now()).map(({ intId, extId, role, leftAt }) => ({
      internalUserId: intId,
      externalUserId: extId,
      role,
      left: leftAt !== undefined,
    })),
  }));
}
