/** bbb-webhooks' API under `/bigbluebutton/api/hooks`: GET only, checksummed like the rest; the registry does the work. */
import express, { type Router } from 'express';
import { isWebhooksUp, type Simulation } from '../simulation';
import type { HookRegistry } from '../webhooks/hooks';
import { queryParams, rawQueryOf, sendXml } from './api';
import { isChecksumRight } from './checksum';
import type { Params } from './params';
import { failed, success, type XmlElement } from './xml';

export function hooksRouter(simulation: Simulation): Router {
  const { options, webhooks } = simulation;
  const { secret } = options;
  const supported = options.webhooks.supportedChecksumAlgorithms ?? options.supportedChecksumAlgorithms;
  const router = express.Router();
  router.use((_, response, next) => {
    if (isWebhooksUp(simulation)) next();
    else response.status(502).type('html').send('<h1>502 Bad Gateway</h1>');
  });
  router.get('/ping', (_, response) => void response.send('bbb-webhooks API up!'));
  const answers: Record<string, (params: Params, hooks: HookRegistry) => XmlElement> = {
    create,
    destroy,
    list,
  };
  for (const [call, answer] of Object.entries(answers)) {
    router.get(`/${call}`, (request, response) => {
      const rawQuery = rawQueryOf(request.originalUrl);
      const right = isChecksumRight(`hooks/${call}`, rawQuery, { secret, supported });
      sendXml(response, right ? answer(queryParams(rawQuery), webhooks.hooks) : CHECKSUM_ERROR);
    });
  }
  return router;
}

const CHECKSUM_ERROR = failed('checksumError', 'You did not pass the checksum security check.');

function create(params: Params, hooks: HookRegistry): XmlElement {
  const { callbackURL, meetingID, eventID, getRaw } = params;
  if (callbackURL === undefined) {
    return failed('missingParamCallbackURL', 'You must specify a callbackURL in the parameters.');
  }
  const subscription = { callbackURL, meetingID, eventID, getRaw: getRaw?.toLowerCase() === 'true' };
  const { hook, duplicated } = hooks.add(subscription);
  if (duplicated) {
    return success([
      ['hookID', hook.id],
      ['messageKey', 'duplicateWarning'],
      ['message', 'There is already a hook for this callback URL.'],
    ]);
  }
  return success([
    ['hookID', hook.id],
    ['permanentHook', hook.permanent],
    ['rawData', hook.getRaw],
  ]);
}

function destroy({ hookID }: Params, hooks: HookRegistry): XmlElement {
  if (hookID === undefined)
    return failed('missingParamHookID', 'You must specify a hookID in the parameters.');
  return hooks.remove(hookID)
    ? success([['removed', true]])
    : failed('destroyMissingHook', 'The hook informed was not found.');
}

function list({ meetingID }: Params, hooks: HookRegistry): XmlElement {
  const elements = hooks.list(meetingID).map(
    (hook): XmlElement => [
      'hook',
      [
        ['hookID', hook.id],
        ['callbackURL', hook.callbackURL],
        ['meetingID', hook.meetingID],
        ['eventID', hook.eventID?.join(',')],
        ['permanentHook', hook.permanent],
        ['rawData', hook.getRaw],
      ],
    ],
  );
  return success([['hooks', elements]]);
}
