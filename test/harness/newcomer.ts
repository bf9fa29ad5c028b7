/**
 * Sends what the OpenAPI document shows, as a newcomer would who knows nothing else: every example of every operation, in
 * the order of the document, with the ids that the answers gave in place of those of the examples.
 */
import { NO_SECOND_FACTOR } from '../../src/access/second-factor';
import { findSession, openSession } from '../../src/access/sessions';
import { sessionCookie } from '../../src/api/session-cookie';
import { exampleId } from '../../src/platform/fields';
import { newId } from '../../src/platform/ids';
import type { ApiRig } from './api';
import { KnownIds } from './known-ids';
import { type OpenApi, type Operation } from './openapi';
import { codeAt } from './totp';

/** What was sent, and what of the answer is not as documented. */
export interface Sent {
  readonly operationId: string;
  readonly example: string;
  readonly problems: readonly string[];
}

/** A request that is ready to be sent. */
export interface PreparedRequest {
  readonly method: string;
  readonly target: string;
  readonly type?: string;
  readonly body?: unknown;
  /** Media type of the answer, where it is not JSON. */
  readonly accept?: string;
}

interface Request {
  /** Name of the example. */
  readonly example: string;
  /** Media type of the body. */
  readonly type?: string;
  readonly body?: unknown;
  /** With the parameters of the query that may be left out. */
  readonly all?: boolean;
}

/** Somebody who knows nothing but the document, and remembers the ids that answers gave. */
export class Newcomer {
  private readonly cookies = new Map<string, string>();
  private csrfToken = '';

  /** @param known what it has learnt already */
  constructor(
    private readonly api: ApiRig,
    private readonly openApi: OpenApi,
    readonly known = new KnownIds(openApi),
  ) {
    known.give('code-from-the-output', api.setupCode);
  }

  /** Sends each example of an operation, or what it takes where it has none. */
  async try(operation: Operation): Promise<Sent[]> {
    const { requestBody, operationId } = operation;
    const sent: Sent[] = [];
    if (requestBody === undefined) {
      sent.push(await this.send(operation, { example: 'nothing' }));
    }
    for (const [type, { examples = {} }] of Object.entries(requestBody?.content ?? {})) {
      for (const [example, { value }] of Object.entries(examples))
        sent.push(await this.send(operation, { example, type, body: value }));
    }
    if (sent.length === 0) throw new Error(`${operationId} has a body without an example`);
    return sent;
  }

  /** Sends a request with every parameter that has an example, also those that may be left out. */
  tryParameters(operation: Operation): Promise<Sent> {
    return this.send(operation, { example: 'every parameter', all: true });
  }

  /** From now on, this is what the app shows. */
  knowCode(code: string): void {
    const example = '492039';
    for (const former of this.known.of(example)) this.known.forget(example, former);
    this.known.give(example, code);
  }

  /** The id that the next request of an operation names in its path. */
  idOf(operation: Operation): string {
    return this.idFor(exampleOf(operation));
  }

  /** How many ids there are that an operation can name in its path; 1 where callers choose it. */
  countOf(operation: Operation): number {
    return this.known.examples.includes(exampleOf(operation))
      ? this.known.of(exampleOf(operation)).length
      : 1;
  }

  /** What the examples of an operation come to, with the ids that the service gave; with every parameter that may be left out, and in each other form, too. */
  requestsFor(operation: Operation): PreparedRequest[] {
    const { method, requestBody } = operation;
    const examples = Object.entries(requestBody?.content ?? {}).flatMap(([type, media]) =>
      Object.values(media.examples ?? {}).map(({ value }) => ({ type, body: this.retold(value) })),
    );
    const bodies = examples.length > 0 ? examples : [{}];
    const [, ...others] = Object.keys(Object.values(operation.responses)[0]?.content ?? {});
    return [
      ...[false, ...(method === 'GET' ? [true] : [])].flatMap((all) =>
        bodies.map((body) => ({ method, target: this.target(operation, all), ...body })),
      ),
      ...others.map((accept) => ({ method, target: this.target(operation, false), accept })),
    ];
  }

  /** All ids that the service gave. */
  get ids(): readonly string[] {
    return this.known.all;
  }

  /** From now on the next one of these ids is meant. */
  forgetFirst(operation: Operation): void {
    this.known.forget(exampleOf(operation), this.idOf(operation));
  }

  private async send(operation: Operation, { example, type, body, all = false }: Request): Promise<Sent> {
    const { operationId, method, responses } = operation;
    const answer = await fetch(this.api.url + this.target(operation, all), {
      method,
      headers: { ...this.callerFor(operation), ...(type !== undefined && { 'content-type': type }) },
      ...(body !== undefined && { body: JSON.stringify(this.retold(body)) }),
    });
    const text = await answer.text();
    const success = Object.keys(responses)[0] ?? '';
    if (String(answer.status) !== success) {
      return { operationId, example, problems: [`${answer.status} instead of ${success}: ${text}`] };
    }
    const schema = responses[success]?.content?.['application/json']?.schema;
    if (schema === undefined) return { operationId, example, problems: text === '' ? [] : ['a body'] };
    const answered = JSON.parse(text) as { readonly csrfToken?: string } | null;
    if (method !== 'GET') this.known.learn(schema, answered);
    // Whoever came from an identity provider has no password, which the story goes on to change.
    if (operationId !== 'endProviderLogIn') this.keep(answer.headers.getSetCookie(), answered);
    return { operationId, example, problems: this.openApi.problems(schema, answered) };
  }

  private keep(cookies: readonly string[], answered: { readonly csrfToken?: string } | null): void {
    for (const cookie of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      this.cookies.set(name, value);
    }
    this.csrfToken = answered?.csrfToken ?? this.csrfToken;
  }

  /** The key of the rig where the operation takes one; elsewhere the session, as soon as there is one. */
  private callerFor({ operationId, security }: Operation): Record<string, string> {
    if (security.some((way) => 'apiKey' in way)) return { 'x-api-key': this.api.key };
    if (this.cookies.size === 0) return {};
    // A browser that logs in again ends the session that it had, and the story goes on in this one.
    const isSomebodyElse = operationId === 'endProviderLogIn';
    const sent = [...this.cookies].filter(([name]) => !isSomebodyElse || name !== sessionCookie.name);
    const cookie = sent.map((pair) => pair.join('=')).join('; ');
    return { cookie, 'x-csrf-token': this.csrfToken };
  }

  private target({ path, parameters = [] }: Operation, all: boolean): string {
    let target = path;
    const query = new URLSearchParams();
    for (const { name, in: place, required, schema } of parameters) {
      const value = String(this.retold(schema.examples?.[0] ?? schema.default));
      if (place === 'path') target = target.replace(`{${name}}`, encodeURIComponent(value));
      if (place === 'query' && (required || all)) query.set(name, value);
    }
    return query.size === 0 ? target : `${target}?${query.toString()}`;
  }

  private idFor(example: string): string {
    return this.known.of(example)[0] ?? example;
  }

  /** A value of an example with the ids that the service gave. */
  private retold(value: unknown): unknown {
    let text = JSON.stringify(value);
    for (const example of this.known.examples) text = text.replaceAll(example, this.idFor(example));
    return JSON.parse(text);
  }
}

/** The example of the last part of the path that varies. */
function exampleOf({ parameters = [] }: Operation): string {
  return String(parameters.findLast((parameter) => parameter.in === 'path')?.schema.examples?.[0]);
}

const isLast = ({ method }: Operation): boolean => method === 'DELETE';

/** Sends every example of every operation that deletes nothing. No worker may run. */
export async function tellStory(newcomer: Newcomer, api: ApiRig, openApi: OpenApi): Promise<Sent[]> {
  const sent: Sent[] = [];
  for (const operation of openApi.operations.filter((each) => !isLast(each))) {
    await prepare(api, newcomer, operation);
    await prepareFactor(api, newcomer, operation, openApi);
    sent.push(...(await newcomer.try(operation)));
  }
  const { id } = await api.db.administrator.findUniqueOrThrow({ where: { email: 'admin@example.com' } });
  const elsewhere = await findSession(api.db, (await openSession(api.db, id)).value);
  newcomer.known.give(exampleId('session'), elsewhere?.id ?? '');
  return sent;
}

/** What the app of the story's administrator holds. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** Gives the administrator of the story the second factor that an operation is about, or takes it away. */
async function prepareFactor(
  api: ApiRig,
  newcomer: Newcomer,
  { operationId }: Operation,
  { operations }: OpenApi,
): Promise<void> {
  const where = { email: 'admin@example.com' };
  const begun = { totpSecretSealed: api.sealer.seal(SECRET, 'second-factor'), totpLastStep: 0 };
  const store = (data: object) => api.db.administrator.updateMany({ where, data });
  if (operationId === 'completeLogIn') {
    await store({ ...begun, secondFactorSince: new Date() });
    for (const logIn of operations.filter((each) => each.operationId === 'logIn')) await newcomer.try(logIn);
  }
  if (operationId === 'beginSecondFactor') await store(NO_SECOND_FACTOR);
  if (operationId === 'confirmSecondFactor') await store(begun);
  if (operationId === 'endSecondFactor') await store({ totpLastStep: 0 });
  newcomer.knowCode(codeAt(SECRET));
}

/** Sends every example of every operation, those that delete last. No worker may run. */
export async function sendAllExamples(api: ApiRig, openApi: OpenApi): Promise<Sent[]> {
  const newcomer = new Newcomer(api, openApi);
  const known = (await api.db.subscription.findMany({ select: { id: true } })).map(({ id }) => id);
  const sent = await tellStory(newcomer, api, openApi);
  for (const operation of openApi.operations.filter(({ method }) => method === 'GET'))
    sent.push(await newcomer.tryParameters(operation));
  // The log outlives what is deleted, and would keep the application.
  const created = await api.db.subscription.findMany({
    where: { id: { notIn: known } },
    select: { id: true },
  });
  await api.db.delivery.deleteMany({ where: { subscriptionId: { in: created.map(({ id }) => id) } } });
  for (const operation of openApi.operations.filter(isLast).toReversed()) {
    for (let count = newcomer.countOf(operation); count > 0; count--) {
      sent.push(...(await newcomer.try(operation)));
      newcomer.forgetFirst(operation);
    }
  }
  return sent;
}

/** Puts a delivery into the state that the action needs: no worker runs here that would make its attempts. */
async function prepare(api: ApiRig, newcomer: Newcomer, operation: Operation): Promise<void> {
  if (operation.operationId === 'getDelivery') await fail(api, newcomer.idOf(operation));
  if (operation.operationId === 'resendDelivery') {
    // The workflow of the first one would have to acknowledge the cancellation first.
    newcomer.forgetFirst(operation);
    const id = newcomer.idOf(operation);
    await fail(api, id);
    await api.db.delivery.update({ where: { id }, data: { status: 'delivered' } });
  }
}

/** The delivery's first attempt has failed. */
async function fail(api: ApiRig, id: string): Promise<void> {
  const { subscriptionId } = await api.db.delivery.update({ where: { id }, data: { status: 'waiting' } });
  await api.db.attempt.create({
    data: {
      ...{ id: newId(), deliveryId: id, subscriptionId, attempt: 1, cycle: 1, at: new Date() },
      ...{ outcome: 'failed', durationMs: 84, statusCode: 503, error: 'HTTP 503' },
      ...{ requestHeaders: { 'user-agent': 'cpm-webhooks' }, responseHeaders: { 'content-length': '0' } },
    },
  });
}
