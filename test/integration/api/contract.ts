/** Holds answers against the OpenAPI document that the service itself serves; knows no operation by name. */
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';

export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Record<string, unknown>;
}

export interface Documented {
  readonly operationId: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly parameters: readonly DocumentedParameter[];
  readonly takesBody: boolean;
  readonly statuses: readonly number[];
}

export interface Contract {
  readonly operations: readonly Documented[];
  /** What is wrong with this answer to this operation; empty: nothing. */
  problems(operation: Documented, status: number, contentType: string, body: unknown): readonly string[];
}

interface RawOperation {
  readonly operationId: string;
  readonly parameters?: readonly DocumentedParameter[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, unknown>> }>>;
}

function pointer(...parts: readonly string[]): string {
  return parts.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Reads the document; throws when one of its schemas is none. */
export function contractOf(document: { paths: Record<string, Record<string, RawOperation>> }): Contract {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema(document, 'document');
  const validators = new Map<string, ValidateFunction>();
  const operations: Documented[] = [];
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, raw] of Object.entries(methods)) {
      for (const [status, { content }] of Object.entries(raw.responses))
        for (const type of Object.keys(content)) {
          const $ref = `document#${encodeURI(pointer('paths', path, method, 'responses', status, 'content', type, 'schema'))}`;
          validators.set(`${raw.operationId} ${status} ${type}`, ajv.compile({ $ref }));
        }
      operations.push({
        operationId: raw.operationId,
        method: method as 'get' | 'post',
        path,
        parameters: raw.parameters ?? [],
        takesBody: raw.requestBody !== undefined,
        statuses: Object.keys(raw.responses).map(Number),
      });
    }
  }
  return {
    operations,
    problems(operation, status, contentType, body) {
      const type = contentType.split(';')[0] ?? '';
      const validate = validators.get(`${operation.operationId} ${status} ${type}`);
      if (validate === undefined) return [`${operation.operationId}: ${status} ${type} is not documented`];
      if (validate(body)) return [];
      return (validate.errors ?? []).map((error) => `${operation.operationId}: ${ajv.errorsText([error])}`);
    },
  };
}
