/** bbb-web's API under `/bigbluebutton/api`: checksum first, then the call; each call's rules are in its own file. */

import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Simulation } from '../simulation';
import { isSince, REVEALED } from '../version';
import { chatCall } from './chat';
import { type ChecksumRule, isChecksumRight } from './checksum';
import { createCall } from './create';
import { hooksRouter } from './hooks';
import { joinCall } from './join';
import { endCall, getMeetingInfoCall, getMeetingsCall, isMeetingRunningCall } from './meetings';
import type { Params } from './params';
import { deleteRecordingsCall, getRecordingsCall, publishRecordingsCall } from './recordings';
import { failed, success, writeXml, type XmlElement } from './xml';

export interface ApiCall {
  readonly params: Params;
  readonly simulation: Simulation;
}

/** What a call answers: XML, or a redirect. */
export type ApiAnswer = XmlElement | { readonly redirect: string };

interface CallRule {
  readonly answer: (call: ApiCall) => ApiAnswer;
  readonly methods: readonly string[];
  readonly since30?: true;
}

const GET_OR_POST = ['GET', 'POST'];

const CALLS: Readonly<Record<string, CallRule>> = {
  create: { answer: createCall, methods: GET_OR_POST },
  join: { answer: joinCall, methods: ['GET'] },
  end: { answer: endCall, methods: GET_OR_POST },
  isMeetingRunning: { answer: isMeetingRunningCall, methods: GET_OR_POST },
  getMeetingInfo: { answer: getMeetingInfoCall, methods: GET_OR_POST },
  getMeetings: { answer: getMeetingsCall, methods: GET_OR_POST },
  sendChatMessage: { answer: chatCall, methods: ['GET'], since30: true },
  getRecordings: { answer: getRecordingsCall, methods: ['GET'] },
  publishRecordings: { answer: publishRecordingsCall, methods: ['GET'] },
  deleteRecordings: { answer: deleteRecordingsCall, methods: ['GET'] },
};

const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data'];
const XML_TYPES = ['application/xml', 'text/xml'];

export function buildApi(simulation: Simulation): Express {
  const { secret, supportedChecksumAlgorithms: supported } = simulation.options;
  const app = express().disable('x-powered-by').disable('etag');
  app.use(express.urlencoded({ extended: false }));
  app.use('/bigbluebutton/api/hooks', hooksRouter(simulation));
  app.get(['/bigbluebutton/api', '/bigbluebutton/api/'], (_, response) =>
    sendXml(response, versionAnswer(simulation)),
  );
  app.all('/bigbluebutton/api/:call', (request, response) => {
    const answer = answerCall(request, simulation, { secret, supported });
    if ('redirect' in answer) response.redirect(answer.redirect);
    else sendXml(response, answer);
  });
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    response.status(500).type('text/plain').send(String(error));
  });
  return app;
}

function answerCall(request: Request, simulation: Simulation, rule: ChecksumRule): ApiAnswer {
  const name = String(request.params.call);
  const call = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
  if (call === undefined || (call.since30 && !isSince(simulation.options.version, '3.0'))) {
    return failed('unsupportedRequest', 'This request is not supported.');
  }
  if (!call.methods.includes(request.method)) {
    return failed('unsupportedRequestType', `${name} does not support ${request.method} requests.`);
  }
  if (!isContentTypeSupported(request, name)) {
    return failed('unsupportedContentType', 'POST request content type is missing or is not supported');
  }
  const rawQuery = rawQueryOf(request.originalUrl);
  if (!isChecksumRight(name, rawQuery, rule)) return failed('checksumError', 'Checksums do not match');
  simulation.apiCalls.push(name);
  const form = typeof request.body === 'object' && request.body !== null ? (request.body as Params) : {};
  const params = { ...form, ...queryParams(rawQuery) };
  return simulation.stepper.act(() => call.answer({ params, simulation }));
}

/** Only a POST has a body to be typed; `create` alone takes XML. */
function isContentTypeSupported(request: Request, call: string): boolean {
  if (request.method !== 'POST') return true;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
  return FORM_TYPES.includes(type) || (call === 'create' && XML_TYPES.includes(type));
}

export function rawQueryOf(url: string): string {
  const start = url.indexOf('?');
  return start < 0 ? '' : url.slice(start + 1);
}

/** The first value of each name, as a servlet reads them. */
export function queryParams(rawQuery: string): Params {
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(rawQuery)) params[name] ??= value;
  return params;
}

export function sendXml(response: Response, element: XmlElement): void {
  response.type('text/xml').send(writeXml(element));
}

function versionAnswer({ options }: Simulation): XmlElement {
  const revealed = REVEALED[options.version];
  return success([
    ['version', '2.0'],
    ['apiVersion', '2.0'],
    ...(revealed === undefined ? [] : [['bbbVersion', revealed] as const]),
    ['graphqlWebsocketUrl', ''],
    ['graphqlApiUrl', ''],
  ]);
}
