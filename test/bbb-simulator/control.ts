/** `/simulator/…` on loopback, to play with a running simulator by curl; tests use the functions instead. */
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import { CONTROL_ACTIONS } from './control-actions';
import type { Simulator } from './index';

/** Things to look at. */
const VIEWS: Readonly<Record<string, (simulator: Simulator) => unknown>> = {
  meetings: (simulator) => simulator.meetings(),
  recordings: (simulator) => simulator.recordings(),
  commands: (simulator) => simulator.commands,
  dropped: (simulator) => simulator.dropped,
  hooks: (simulator) => simulator.hooks,
  'webhook-attempts': (simulator) => simulator.webhookAttempts,
};

const BAD_REQUEST = 400;
const NOT_FOUND = 404;

export function buildControl(simulator: () => Simulator): Express {
  const app = express().disable('x-powered-by');
  app.use(express.json());
  app.get(['/', '/simulator'], (_, response) => void response.json(help()));
  app.get('/simulator/meetings/:id', (request, response) => {
    response.json(simulator().meeting(request.params.id));
  });
  app.get('/simulator/:view', (request, response, next) => {
    const view = Object.hasOwn(VIEWS, request.params.view) ? VIEWS[request.params.view] : undefined;
    if (view === undefined) next();
    else response.json(view(simulator()));
  });
  app.post('/simulator/:action', async (request, response, next) => {
    const { action: name } = request.params;
    const action = Object.hasOwn(CONTROL_ACTIONS, name) ? CONTROL_ACTIONS[name] : undefined;
    if (action === undefined) next();
    else response.json((await action.run(simulator(), action.body.parse(request.body))) ?? 'done');
  });
  app.use(
    (_, response) => void response.status(NOT_FOUND).json({ error: 'no such action or view', ...help() }),
  );
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const text = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    response.status(BAD_REQUEST).json({ error: text });
  });
  return app;
}

function help(): Record<string, unknown> {
  return {
    look: [...Object.keys(VIEWS).map((view) => `GET /simulator/${view}`), 'GET /simulator/meetings/<id>'],
    act: Object.fromEntries(
      Object.entries(CONTROL_ACTIONS).map(([name, { example }]) => [`POST /simulator/${name}`, example]),
    ),
  };
}
