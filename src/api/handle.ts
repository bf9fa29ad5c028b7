/** Runs a route: validate, work, answer. */
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { recordEvent, type AuditEvent } from '../access/audit';
import { Visibility } from '../access/visibility';
import type { Database, Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid, refusal } from '../platform/errors';
import { checkInput } from '../platform/field-problems';
import type { OutboxNotifier } from '../outbox/notify';
import { inTransaction, type StatementTx } from '../platform/statement-transaction';
import {
  actIdempotent,
  runIdempotent,
  type Answered,
  type IdempotentRequest,
  type RunTransaction,
} from './idempotency';
import { absence, eventOf, noteHidden, noteRefusal, objectOf, unproven } from './audited';
import { callerOf } from './authentication';
import { answerCsv, prefersCsv } from './csv-answer';
import { entityTag, requireUnchanged, type Preconditions } from './entity-tag';
import { refuseHidden } from './hidden';
import { noteChange } from './request-log';
import {
  noQuery,
  type Created,
  type HttpExchange,
  type OpenRequest,
  type Resource,
  type Route,
  type ValidRequest,
} from './route';

/** What running any route needs. */
export interface HandlerDependencies {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly outboxNotifier: OutboxNotifier;
}

/**
 * The Express handler of a route.
 * @param resource what is at the route's path, if it has entity tags
 */
export function handle(
  route: Route,
  deps: HandlerDependencies,
  resource: Resource | undefined,
): RequestHandler {
  return async (req, res) => {
    if ('exchange' in route) {
      answer(res, route.status, await route.exchange(validate(route, req), { req, res }));
      return;
    }
    const caller = callerOf(res);
    const input = { ...validate(route, req), caller, visible: Visibility.of(caller) };
    const request = {
      ...input,
      requireUnchanged: async (tx: Tx) => {
        if (resource && !('resource' in route))
          await requireUnchanged(tx, resource, thingAt(route, input), preconditionsOf(req), () =>
            resource.show(tx, input),
          );
      },
    };
    const event = eventOf(route, caller, req, res);
    try {
      refuseHidden(request.visible, request.params);
      await run(route, deps, request, event, { req, res }, resource);
    } catch (error) {
      await noteFailure(deps.db, error, request, event);
      throw error;
    }
  };
}

/** Has the audit trail tell of a failure that says something of its caller. */
async function noteFailure(
  db: Database,
  error: unknown,
  { params, body, caller, visible }: ValidRequest<unknown, unknown, unknown>,
  event: AuditEvent,
): Promise<void> {
  const wrong = unproven(error);
  if (wrong !== undefined) await noteRefusal(db, { ...event, refusedFor: wrong });
  const absent = caller.applicationIds === null ? undefined : absence(error);
  if (absent === undefined) return;
  await noteHidden(db, { ...event, refusedFor: absent }, objectOf(params, body, undefined), visible);
}

/** A route that knows its caller. */
type ClosedRoute = Exclude<Route, Record<'exchange', unknown>>;

async function run(
  route: ClosedRoute,
  deps: HandlerDependencies,
  request: ValidRequest<unknown, unknown, unknown>,
  event: AuditEvent,
  { req, res }: HttpExchange,
  resource: Resource | undefined,
): Promise<void> {
  if ('resource' in route) {
    const shown = await route.resource.show(deps.db, request);
    res.set('ETag', entityTag(route.resource, shown));
    // The tag leaves out what changes by itself: Express would take that for unchanged.
    delete req.headers['if-none-match'];
    return answer(res, route.status, shown);
  }
  if ('read' in route) {
    if (route.csv) res.vary('Accept');
    if (route.csv && prefersCsv(req)) return answerCsv(res, route.csv, request);
    const shown = await route.read(request);
    if (route.audited)
      await recordEvent(deps.db, { ...event, ...objectOf(request.params, undefined, shown) });
    return answer(res, route.status, shown);
  }
  const done = await once(route, deps, idempotencyOf(route, req, request), request, event);
  if (done.replayed) res.set('Idempotency-Replayed', 'true');
  noteChange(res, done.body);
  const shown = 'create' in route ? await route.show(done.body as Created, request.visible) : done.body;
  if (resource && done.status !== 204) res.set('ETag', entityTag(resource, shown));
  answer(res, done.status, shown);
}

/** Does the work of a route that changes something, once for each idempotency key. */
async function once(
  route: Exclude<ClosedRoute, Record<'read', unknown> | Record<'resource', unknown>>,
  deps: HandlerDependencies,
  key: IdempotentRequest,
  request: ValidRequest<unknown, unknown, unknown>,
  event: AuditEvent,
): Promise<Answered<unknown>> {
  if ('act' in route) {
    return actIdempotent(deps.db, deps.sealer, key, async () => {
      const body = await route.act(request);
      await recordEvent(deps.db, { ...event, ...objectOf(request.params, request.body, body) });
      return { status: route.status, body };
    });
  }
  const done = await commit(route, deps, key, request, event);
  deps.outboxNotifier.notify();
  if ('change' in route) route.afterwards?.(request);
  return done;
}

/** A route whose work is one transaction. */
type Committing = Extract<
  Route,
  Record<'change', unknown> | Record<'record', unknown> | Record<'create', unknown>
>;

/** Does the work of a route, once for each idempotency key. */
async function commit(
  route: Committing,
  { db, sealer }: HandlerDependencies,
  key: IdempotentRequest,
  request: ValidRequest<unknown, unknown, unknown>,
  event: AuditEvent,
): Promise<Answered<unknown>> {
  const { status } = route;
  const noted = async (tx: StatementTx, body: unknown): Promise<{ status: number; body: unknown }> => {
    await recordEvent(tx, { ...event, ...objectOf(request.params, request.body, body) });
    return { status, body };
  };
  if ('record' in route) {
    await route.admit?.(request);
    const transact: RunTransaction<StatementTx> = (run) => inTransaction(db, run);
    return runIdempotent(transact, sealer, key, async (tx) => noted(tx, await route.record(tx, request)));
  }
  const work = 'create' in route ? route.create : route.change;
  const transact: RunTransaction<Tx> = (run) => db.$transaction(run);
  return runIdempotent(transact, sealer, key, async (tx) => {
    await request.requireUnchanged(tx);
    return noted(tx, await work(tx, request));
  });
}

/** Its path, the ids filled in. */
function thingAt(
  { path }: Route,
  { params }: Pick<ValidRequest<unknown, unknown, unknown>, 'params'>,
): string {
  return `${path} ${JSON.stringify(params)}`;
}

function preconditionsOf(req: Request): Preconditions {
  return { ifMatch: req.get('If-Match'), ifNoneMatch: req.get('If-None-Match') };
}

function answer(res: Response, status: number, body: unknown): void {
  if (status === 204) res.status(204).end();
  else res.status(status).json(body);
}

function validate(route: Route, req: Request): OpenRequest<unknown, unknown, unknown> {
  return {
    // What lacks the form of an id can't exist; only a PUT, which creates, has to say what is wrong with it.
    params: route.params && parse(route.params, req.params, route.method === 'put' ? 400 : 404),
    query: parse(route.query ?? noQuery, queryOf(req), 400),
    body: route.body && parse(route.body, req.body, 400),
  };
}

/** @throws ServiceError for a name that is given twice: which of its values is meant nobody knows. */
function queryOf({ query }: Request): unknown {
  const twice = Object.keys(query).filter((name) => typeof query[name] !== 'string');
  if (twice.length > 0) throw invalid(...twice.map((name) => fieldProblem(name, 'given_twice')));
  return query;
}

function parse(schema: z.ZodType, value: unknown, status: 400 | 404): unknown {
  const checked = checkInput(schema, value);
  if (checked.ok) return checked.data;
  if (status === 404) throw refusal('not_found');
  throw invalid(...checked.problems);
}

/** RFC draft "The Idempotency-Key HTTP Header Field" leaves the form open; ours is what the column holds. */
const KEY_FORM = /^[\x21-\x7e]{1,255}$/;

function idempotencyOf(
  route: Route,
  req: Request,
  { caller }: ValidRequest<unknown, unknown, unknown>,
): IdempotentRequest {
  const key = route.method === 'post' ? req.get('Idempotency-Key') : undefined;
  if (key !== undefined && !KEY_FORM.test(key)) {
    throw invalid(fieldProblem('Idempotency-Key', 'invalid_idempotency_key'));
  }
  const body = { params: req.params, body: req.body as unknown };
  return { callerId: caller.id, route: `${route.method.toUpperCase()} ${route.path}`, key, body };
}
