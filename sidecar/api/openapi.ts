/** The OpenAPI 3.1 document of the API, made from the operations and the zod schemas that answer them; describes, does nothing. */
import { z } from 'zod';
import { SESSION_COOKIE } from './authenticate';
import type { Operation } from './operation';
import { problem, streamMessage } from './schemas';

/** Every operation may answer with these. */
export const COMMON_ERRORS = [400, 401, 403, 413, 429, 500] as const;
/** Only what takes a body may refuse its type. */
const BODY_ERRORS = [415] as const;
export const STREAM_ERRORS = [503] as const;
const PUBLIC_ERRORS = [400, 413, 429, 500] as const;

type Json = Record<string, unknown>;

const ERROR_TEXTS: Readonly<Record<number, string>> = {
  400: 'A parameter is unknown, or not what is expected; `errors` names each.',
  401: 'No token, or none that stands.',
  403: 'The role does not allow it, or a cookie alone would change something.',
  404: 'There is none.',
  409: 'It is over.',
  413: 'The body is too large.',
  415: 'The body is no JSON.',
  429: 'Too many calls of this address; see Retry-After.',
  500: 'A fault of the service.',
  503: 'The database does not answer, or there are too many streams; see Retry-After.',
};

function componentOf(schema: z.ZodType): string {
  const id = schema.meta()?.id;
  if (id === undefined) throw new Error('an answer needs an id in its meta');
  return id;
}

function refTo(schema: z.ZodType): Json {
  return { $ref: `#/components/schemas/${componentOf(schema)}` };
}

/** All schemas with an id, each referring to the others by it. */
function components(operations: readonly Operation[]): Json {
  const registry = z.registry<{ id: string }>();
  for (const schema of new Set([...operations.map(({ answer }) => answer), problem, streamMessage]))
    registry.add(schema, { id: componentOf(schema) });
  for (const nested of nestedIn(operations))
    if (!registry.has(nested)) registry.add(nested, { id: componentOf(nested) });
  const { schemas } = z.toJSONSchema(registry, {
    target: 'draft-2020-12',
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema, $id, ...schema }]: [string, Json]) => [id, schema]),
  );
}

/** Schemas with an id that others hold as a member or as the items of a list. */
function nestedIn(operations: readonly Operation[]): readonly z.ZodType[] {
  const found: z.ZodType[] = [];
  for (const { answer } of operations) {
    if (!(answer instanceof z.ZodObject)) continue;
    for (const member of Object.values(answer.shape)) {
      const inner = member instanceof z.ZodArray ? member.element : member;
      if (inner instanceof z.ZodType && inner.meta()?.id !== undefined) found.push(inner);
    }
  }
  return found;
}

function parametersOf(schema: z.ZodObject, place: 'path' | 'query'): readonly Json[] {
  const { properties = {} } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return Object.entries(properties).map(([name, inner]) => {
    const { description, ...rest } = inner as Json;
    const text = description === undefined ? {} : { description };
    return { name, in: place, required: place === 'path', ...text, schema: rest };
  });
}

function errorResponses(statuses: readonly number[]): Json {
  const content = { 'application/problem+json': { schema: refTo(problem) } };
  return Object.fromEntries(
    statuses.map((status) => [String(status), { description: ERROR_TEXTS[status] ?? 'Refused.', content }]),
  );
}

function described(operation: Operation): Json {
  const takesBody = operation.method === 'post';
  const statuses = [...COMMON_ERRORS, ...(takesBody ? BODY_ERRORS : []), ...operation.errors].sort();
  const empty = { type: 'object', additionalProperties: false };
  return {
    operationId: operation.id,
    summary: operation.summary,
    description: `Needs the role \`${operation.role}\`.`,
    parameters: [
      ...parametersOf(operation.pathSchema, 'path'),
      ...parametersOf(operation.querySchema, 'query'),
    ],
    ...(takesBody
      ? { requestBody: { required: false, content: { 'application/json': { schema: empty } } } }
      : {}),
    responses: {
      [operation.status]: {
        description: 'As asked.',
        content: { 'application/json': { schema: refTo(operation.answer) } },
      },
      ...errorResponses(statuses),
    },
  };
}

const STREAM: Json = {
  operationId: 'stream',
  summary: 'Server-sent events: a snapshot first, then what changes.',
  description:
    'Needs the role `viewer`. Each `data:` is a StreamMessage, `event:` is its type. Ids grow; with `Last-Event-ID` the stream goes on where it ended, or begins with a fresh snapshot. It ends with the token.',
  parameters: [{ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } }],
  responses: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: refTo(streamMessage) } } },
    ...errorResponses([...COMMON_ERRORS, ...STREAM_ERRORS]),
  },
};

const DOCUMENT: Json = {
  operationId: 'getDocument',
  summary: 'This document; needs no token.',
  security: [],
  responses: {
    200: { description: 'As asked.', content: { 'application/json': { schema: { type: 'object' } } } },
    ...errorResponses(PUBLIC_ERRORS),
  },
};

/** The document; the same for the same operations. */
export function openApiDocument(operations: readonly Operation[]): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations)
    paths[operation.path] = { ...paths[operation.path], [operation.method]: described(operation) };
  paths['/stream'] = { get: STREAM };
  paths['/openapi.json'] = { get: DOCUMENT };
  return {
    openapi: '3.1.0',
    info: {
      title: 'bbb-tiers admin API',
      version: '1',
      description:
        'Running meetings, decisions, usage and configuration. Every answer has X-Request-Id; every error is an RFC 9457 problem. By cookie, what changes something needs `X-Requested-With: bbb-tiers`.',
      license: { name: 'LGPL-3.0-or-later', identifier: 'LGPL-3.0-or-later' },
    },
    // Relative to this document, so that it holds behind a path prefix too.
    servers: [{ url: '../v1' }],
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
      },
      schemas: components(operations),
    },
  };
}
