/** One definition a route: what Express runs and what the OpenAPI document says come from the same object. */
import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Caller } from '../access/authenticate';
import { mayCall, type Access, type Person } from '../access/permit';
import type { Visibility } from '../access/visibility';
import type { Tx } from '../platform/database';
import type { StatementTx } from '../platform/statement-transaction';
import type { CsvTable } from './csv-answer';
import type { Tag } from './tags';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A request whose parts have been validated, and its caller. */
export interface KnownRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly caller: Caller;
  /** What exists for the caller. */
  readonly visible: Visibility;
}

/** What a handler gets. */
export interface ValidRequest<P, Q, B> extends KnownRequest<P, Q, B> {
  /**
   * Refuses where the thing at the path is not what the caller has read ({@link Resource}). Run before a `change`; whatever else
   * writes such a thing runs it in the transaction that does.
   */
  readonly requireUnchanged: (tx: Tx) => Promise<void>;
}

/** A thing at a path that callers read and write: GET tells its entity tag, and who writes may send it back. */
export interface Resource<R = KnownRequest<unknown, unknown, unknown>, A = unknown> {
  /** Reads it as GET shows it. */
  readonly show: (tx: Tx, request: R) => Promise<A>;
  /** Members of the answer that change without anybody's doing, or that only a write tells. */
  readonly besides?: readonly string[];
}

/** What describes a route. */
export interface RouteShape {
  readonly method: Method;
  /** OpenAPI's form: `/v1/subscriptions/{id}`. */
  readonly path: string;
  /** Name of the operation, unique among all: generators name their functions by it. */
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Bodies that the API accepts; those of all routes tell one story, in the order of the tags. */
  readonly examples?: Examples<unknown>;
  /** Status of success. */
  readonly status: 200 | 201 | 202 | 204;
  /** Body of success; none for a 204. */
  readonly answer?: z.ZodType;
  /** Refusals beside those that every route of its kind has. */
  readonly refusals?: readonly (401 | 403 | 404 | 409 | 429)[];
  /** Run before the body is read, such as limits on attempts that are exceeded. */
  readonly guards?: readonly RequestHandler[];
  /** Run once the body is read, before it is validated: limits that count an attempt. */
  readonly bodyGuards?: readonly RequestHandler[];
}

/** Named bodies to send, with a short summary of each. */
export type Examples<T> = Readonly<Record<string, { readonly summary: string; readonly value: T }>>;

type Work<P, Q, B, A> =
  | ({
      /** Who may call; refused before anything of the request is looked at (rule `declared-access`). */
      readonly access: Access;
    } & CallersWork<P, Q, B, A>)
  | {
      /** Everybody may. */
      readonly access: 'open';
      /** Logs in and out: open to everybody, works with cookies, knows no caller and so no idempotency key. */
      readonly exchange: (request: OpenRequest<P, Q, B>, http: HttpExchange) => Promise<A>;
    };

type CallersWork<P, Q, B, A> =
  | {
      /** Looks something up. */
      readonly read: (request: ValidRequest<P, Q, B>) => Promise<A>;
      /** To have seen it is an event of the audit trail. */
      readonly audited?: true;
      /** The list as a table, for who asks for `text/csv`. */
      readonly csv?: CsvTable<ValidRequest<P, Q, B>>;
    }
  | {
      /** Looks up what other methods of the path write; they compare entity tags. */
      readonly resource: Resource<KnownRequest<P, Q, B>, A>;
    }
  | {
      /**
       * Changes something, in one transaction that commits before the answer; a POST is idempotent by its key. The
       * dispatchers are notified afterwards.
       */
      readonly change: (tx: Tx, request: ValidRequest<P, Q, B>) => Promise<A>;
      /** After the commit; for what concerns this process only. */
      readonly afterwards?: (request: ValidRequest<P, Q, B>) => void;
    }
  | {
      /** As `change`, for what is called so often that it has to do with statements alone. */
      readonly record: (tx: StatementTx, request: ValidRequest<P, Q, B>) => Promise<A>;
      /** Awaited before the transaction begins, which holds a connection. */
      readonly admit?: (request: ValidRequest<P, Q, B>) => Promise<void>;
    }
  | {
      /** As `change`, for an answer with personal data: only the id is remembered with the idempotency key. */
      readonly create: (tx: Tx, request: ValidRequest<P, Q, B>) => Promise<Created>;
      /** The answer, also to a repetition: what is there by then. */
      readonly show: (created: Created, visible: Visibility) => Promise<A>;
    }
  | {
      /**
       * Does something that no transaction can hold, such as a call of the outside, or that takes long. A POST is
       * idempotent by its key: what it answers is kept once it is done.
       */
      readonly act: (request: ValidRequest<P, Q, B>) => Promise<A>;
    };

/** A request that nobody has to be known for. */
export type OpenRequest<P, Q, B> = Omit<ValidRequest<P, Q, B>, 'caller' | 'visible' | 'requireUnchanged'>;

/** Express's own objects. */
export interface HttpExchange {
  readonly req: Request;
  readonly res: Response;
}

/** What was created. */
export interface Created {
  readonly id: string;
}

/** Services answer with values that nobody may change. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A route that takes a body shows what to send. */
type Body<B extends z.ZodType> =
  | { readonly body?: never; readonly examples?: never }
  | { readonly body: B; readonly examples: Examples<z.input<B>> };

type Definition<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  B extends z.ZodType,
  A extends z.ZodType,
> = Omit<RouteShape, 'params' | 'query' | 'body' | 'examples' | 'answer'> & {
  readonly params?: P;
  readonly query?: Q;
  readonly answer?: A;
} & Body<B> &
  Work<z.output<P>, z.output<Q>, z.output<B>, DeepReadonly<z.input<A>>>;

/** Whether a route asks for no authentication. */
export function isOpen(route: Route): boolean {
  return route.access === 'open';
}

/** Tells whether a route is for a person; for those that are not open to everybody. */
export function isFor(person: Person): (route: Route) => boolean {
  return ({ access }) => access !== 'open' && mayCall(access, person);
}

/** A route, whatever its types. Its handlers are given only what its schemas have let through. */
export type Route = RouteShape & Work<unknown, unknown, unknown, unknown>;

const nothing = z.strictObject({});
type Nothing = typeof nothing;

/**
 * Defines a route; the types of its handler follow from its schemas.
 *
 * @example
 * route({
 *   method: 'get', path: '/v1/things/{id}', operationId: 'getThing', tag: 'Things', summary: 'Get a thing',
 *   access: { scope: 'catalogue:read' }, params: z.object({ id }), status: 200, answer: thing, refusals: [404],
 *   read: ({ params }) => getThing(db, params.id),
 * })
 */
export function route<
  P extends z.ZodObject = Nothing,
  Q extends z.ZodObject = Nothing,
  B extends z.ZodType = z.ZodUndefined,
  A extends z.ZodType = z.ZodVoid,
>(definition: Definition<P, Q, B, A>): Route {
  return definition as unknown as Route;
}

/** The query of a route that takes none. */
export const noQuery: z.ZodObject = nothing;
