/** A typed client of the REST API of cpm-webhooks. */
export { createClient, type Client, type JournalOptions, type Tagged } from './client.ts';
export { ProblemError } from './problem.ts';
export type { components, operations, paths } from './schema.ts';
export type { ClientOptions } from './send.ts';
export type {
  CallOptions,
  ErrorCode,
  FieldProblem,
  JournalPage,
  ListPath,
  PathOf,
  Problem,
} from './types.ts';
