/** What one call of the API is: its path, what it takes, what it answers, who may; holds no call itself. */
import type { z } from 'zod';
import type { Admin, AdminRole } from '../admin-token/token';

export interface Call<Query, Path> {
  readonly query: Query;
  readonly path: Path;
  readonly admin: Admin;
}

export interface Operation {
  /** Name in the OpenAPI document and in the log. */
  readonly id: string;
  readonly method: 'get' | 'post';
  /** Under `/api/v1`, parameters as `{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly role: AdminRole;
  readonly pathSchema: z.ZodObject;
  readonly querySchema: z.ZodObject;
  /** With an id in its meta: a component of the document. */
  readonly answer: z.ZodType;
  readonly status: 200 | 202;
  /** Beyond those that every operation may answer with. */
  readonly errors: readonly number[];
  // biome-ignore lint/suspicious/noExplicitAny: `defineOperation` has checked that it takes what its own schemas read
  readonly run: (call: Call<any, any>) => unknown;
}

/** Ties what `run` is given to what the schemas read and answer. */
export function defineOperation<
  Query extends z.ZodObject,
  Path extends z.ZodObject,
  Answer extends z.ZodType,
>(
  operation: Omit<Operation, 'querySchema' | 'pathSchema' | 'answer' | 'run'> & {
    readonly querySchema: Query;
    readonly pathSchema: Path;
    readonly answer: Answer;
    readonly run: (
      call: Call<z.output<Query>, z.output<Path>>,
    ) => z.output<Answer> | Promise<z.output<Answer>>;
  },
): Operation {
  return operation;
}
