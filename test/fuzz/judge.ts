/** What of an answer is wrong, whatever was asked. */
import type { Operation } from '../harness/openapi';
import type { Caller } from './callers';
import type { Census } from './rows';
import { MARK, OURS, type World } from './world';

/** A request that was answered. */
export interface Answered {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly hasSession: boolean;
  /** As text, to be shown. */
  readonly request: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Sent extends Answered {
  readonly problems: readonly string[];
}

const UUIDS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** What is wrong; nothing, if all is well. */
export async function judge(
  world: World,
  answered: Answered,
  before: Census,
  after: Census,
): Promise<string[]> {
  return [
    ...documented(world, answered),
    ...allowed(answered),
    ...(await leaked(world, answered)),
    ...written(answered, before, after),
    ...(await recorded(world, answered)),
  ];
}

/** No status and no body that the document does not list, and none that says that something is broken. */
function documented({ openApi, known }: World, { operation, status, headers, text }: Answered): string[] {
  if (status >= 500) return [`status ${status}`];
  const response = operation.responses[String(status)];
  if (!response) return [`status ${status} is not listed`];
  const [[type, media] = []] = Object.entries(response.content ?? {});
  if (type === undefined || !media) return text === '' ? [] : ['a body where none is listed'];
  const [sentType] = (headers.get('content-type') ?? '').split(';');
  if (sentType !== type) return [`content type ${sentType ?? 'none'}`];
  const body = JSON.parse(text) as unknown;
  const problems = openApi.problems(media.schema, body);
  if (status < 300 && operation.method !== 'GET') known.learn(media.schema, body);
  return problems.map((problem) => `body: ${problem}`);
}

/** Nobody gets on whom the service does not know. */
function allowed({ operation, caller, status }: Answered): string[] {
  return operation.security.length > 0 && caller.unknown && status < 300
    ? ['let an unknown caller through']
    : [];
}

/** Nothing of another application is told, or touched. */
async function leaked({ rows }: World, answered: Answered): Promise<string[]> {
  const { caller, request } = answered;
  if (!caller.limited) return [];
  const text = toldOfItself(answered);
  const told = [...new Set(text.match(UUIDS) ?? [])].filter((id) => !request.includes(id));
  const foreign = (await rows.foreign(told, OURS)).map((row) => `tells of ${row}`);
  const marked = text.includes(MARK) && !request.includes(MARK);
  return [...foreign, ...(marked ? ['tells a text of another application'] : [])];
}

/** Without the filters of bulk actions, which repeat what somebody of the same applications has asked for. */
function toldOfItself({ operation, text }: Answered): string {
  return operation.operationId.includes('BulkAction') ? text.replace(/"filter":\{[^{}]*\}/g, '') : text;
}

/** A refused request has written nothing, nor one that only reads; one by a caller of one application nothing elsewhere. */
function written({ operation, caller, status }: Answered, before: Census, after: Census): string[] {
  const changed = Object.keys(after).filter((name) => before[name] !== after[name]);
  const reads = status >= 400 || operation.method === 'GET';
  const wrong = changed.filter((name) => (name.startsWith('others') ? caller.limited : reads));
  return wrong.map((name) => `writes to ${name}: ${before[name]}, then ${after[name]}`);
}

/** They change nothing: one looks something up, with a secret in its body; the other is recorded once somebody is logged in. */
const UNRECORDED: readonly string[] = ['lookUpPasswordLink', 'beginProviderLogIn'];

/** What was done once is in the audit trail once, as done; what was refused is not there as done. */
async function recorded(
  { rows }: World,
  { operation, hasSession, status, headers }: Answered,
): Promise<string[]> {
  const outcomes = await rows.outcomes(headers.get('x-request-id') ?? '');
  const done = outcomes.filter((outcome) => outcome === 'done').length;
  if (status >= 300) return done > 0 ? ['refused, and recorded as done'] : [];
  if (operation.method === 'GET' || headers.has('idempotency-replayed')) return [];
  if (UNRECORDED.includes(operation.operationId)) return [];
  if (operation.operationId === 'logOut' && !hasSession) return []; // there was nothing to end
  return done === 1 ? [] : [`done, and recorded ${done} times`];
}
