/** Sends generated requests one after the other, and says what of the answers is wrong. */
import fc from 'fast-check';
import type { TestPostgres } from '../harness/stack';
import { judge, type Sent } from './judge';
import { drafts, type Draft } from './requests';
import { EXAMPLE, GHOST, makeWorld, OURS, type World } from './world';

export interface Options {
  readonly requests: number;
  readonly seed: number;
  /** Only this one; all where it is not given. */
  readonly operationId?: string | undefined;
  /** Hears of each request as it was sent. */
  readonly heard?: ((sent: Sent) => void) | undefined;
}

export interface Report {
  readonly requests: number;
  /** Requests by status. */
  readonly statuses: Readonly<Record<number, number>>;
  /** Operations that have succeeded at least once, of all that were called. */
  readonly operations: { readonly succeeded: number; readonly called: number };
  readonly faults: readonly Fault[];
}

/** Something wrong, with how to see it again. */
export interface Fault {
  readonly what: string;
  readonly operationId: string;
  readonly seed: number;
  readonly place: number;
  readonly request: string;
  readonly answer: string;
}

/** Requests that share a database: what is deleted is missing for those that follow. */
export const ROUND = 300;

/** @param newDatabase a migrated, empty one */
export async function fuzz(
  { requests, seed, operationId, heard }: Options,
  newDatabase: () => Promise<TestPostgres>,
): Promise<Report> {
  const statuses: Record<number, number> = {};
  const [called, succeeded] = [new Set<string>(), new Set<string>()];
  const faults: Fault[] = [];
  for (let done = 0, round = seed; done < requests; done += ROUND, round += 1) {
    const world = await makeWorld(await newDatabase());
    try {
      const size = Math.min(ROUND, requests - done);
      const sample = fc.sample(drafts(world.openApi, operationId), { seed: round, numRuns: size });
      for (const [place, draft] of sample.entries()) {
        const sent = await send(world, draft);
        heard?.(sent);
        const { operation, status } = sent;
        statuses[status] = (statuses[status] ?? 0) + 1;
        called.add(operation.operationId);
        if (status < 300) succeeded.add(operation.operationId);
        for (const what of sent.problems) {
          const shown = {
            request: sent.request.slice(0, 2_000),
            answer: `${status} ${sent.text.slice(0, 1_000)}`,
          };
          faults.push({ what, operationId: operation.operationId, seed: round, place, ...shown });
        }
      }
    } finally {
      await world.api.stop();
    }
  }
  return { requests, statuses, operations: { succeeded: succeeded.size, called: called.size }, faults };
}

async function send(world: World, draft: Draft): Promise<Sent> {
  const { operation, query, path, body } = resolve(world, draft);
  const caller = world.callers.get(draft.caller);
  if (!caller) throw new Error(`nobody is called ${draft.caller}`);
  const target = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => path[name] ?? '');
  const search = query.map(([name, value]) => `${name}=${value}`).join('&');
  const url = `${target}${search === '' ? '' : `?${search}`}`;
  const credentials = await caller.headers();
  const before = await world.rows.census(OURS);
  const answer = await fetch(world.api.url + url, {
    method: operation.method,
    headers: { ...credentials, ...draft.headers },
    ...(body !== undefined && operation.method !== 'GET' && { body }),
  });
  const text = await answer.text();
  const request = `${operation.method} ${url} as ${caller.name} ${JSON.stringify(draft.headers)} ${body ?? ''}`;
  const hasSession = 'cookie' in credentials;
  const sent = {
    operation,
    caller,
    hasSession,
    request,
    status: answer.status,
    headers: answer.headers,
    text,
  };
  return { ...sent, problems: await judge(world, sent, before, await world.rows.census(OURS)) };
}

/** With ids that the service gave in place of those of the examples. */
function resolve(
  world: World,
  { operation, path, query, body, pick, application }: Draft,
): Pick<Draft, 'operation' | 'path' | 'query' | 'body'> {
  const applications = [OURS, EXAMPLE, OURS, GHOST];
  const swap = (text: string): string => {
    let swapped = text.replaceAll(EXAMPLE, applications[application % applications.length] ?? OURS);
    for (const example of world.known.examples) {
      const ids = world.known.of(example);
      swapped = swapped.replaceAll(example, ids[pick % (ids.length + 1)] ?? example);
    }
    return swapped;
  };
  return {
    operation,
    path: Object.fromEntries(Object.entries(path).map(([name, value]) => [name, swap(value)])),
    query: query.map(([name, value]) => [name, swap(value)]),
    body: body === undefined ? undefined : swap(body),
  };
}
