/** What a call takes and gives, told from the OpenAPI document. */
import type { components, paths } from './schema.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** The paths that have a method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths];

export type Operation<M extends Method, P extends PathOf<M>> = paths[P][M & keyof paths[P]];

/** What every call takes. */
export interface CallOptions {
  /** Ends the call, and the waits between its attempts. */
  readonly signal?: AbortSignal;
  /** Of a POST; else there is one for each call, the same for all of its attempts. */
  readonly idempotencyKey?: string;
  /** An entity tag: the write is refused (412) once somebody else has changed what had it. */
  readonly ifMatch?: string;
  /** Only creates: the write is refused (412) where there is something. */
  readonly onlyIfNew?: boolean;
}

type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer Body } } }
  ? { readonly body: Body }
  : O extends { requestBody?: { content: { 'application/json': infer Body } } }
    ? { readonly body?: Body }
    : unknown;

type ParametersOf<O> = O extends { parameters: infer Parameters }
  ? Pick<Parameters, keyof Parameters & ('path' | 'query')>
  : unknown;

/** Path, query and body of an operation, as far as it has them. */
export type OptionsOf<O> = ParametersOf<O> & BodyOf<O> & CallOptions;

/** They may be left out where all are optional. */
export type Given<O> = object extends OptionsOf<O> ? [options?: OptionsOf<O>] : [options: OptionsOf<O>];

type Success = 200 | 201 | 202 | 204;

/** The body of a successful answer; undefined where there is none. */
export type AnswerOf<O> = O extends { responses: infer Responses }
  ? {
      [Status in keyof Responses & Success]: Responses[Status] extends {
        content: { 'application/json': infer Body };
      }
        ? Body
        : undefined;
    }[keyof Responses & Success]
  : never;

/** The lists: paths whose GET answers with a page. */
export type ListPath = {
  [P in PathOf<'get'>]: AnswerOf<Operation<'get', P>> extends Page ? P : never;
}[PathOf<'get'>];

/** What all pages of lists have. */
export interface Page {
  items: unknown[];
  nextCursor: string | null;
  offset: number;
}

export type ItemOf<P extends ListPath> =
  AnswerOf<Operation<'get', P>> extends { items: (infer Item)[] } ? Item : never;

/** What of the API has an entity tag and can be replaced or changed. */
export type ChangeablePath<M extends 'put' | 'patch'> = PathOf<'get'> & PathOf<M>;

export type Problem = components['schemas']['Problem'];
export type FieldProblem = components['schemas']['FieldProblem'];
export type ErrorCode = components['schemas']['ErrorCode'];
export type JournalPage = components['schemas']['JournalPage'];
