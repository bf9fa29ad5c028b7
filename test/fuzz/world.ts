/** A service with two applications that have all that the examples of the OpenAPI document make. */
import { ApiRig } from '../harness/api';
import { KnownIds } from '../harness/known-ids';
import { Newcomer, tellStory } from '../harness/newcomer';
import { OpenApi } from '../harness/openapi';
import type { TestPostgres } from '../harness/stack';
import type { Exchanger, WebhookPoster } from '../../src/delivery/http/post';
import { makeCallers, type Caller } from './callers';
import { Rows } from './rows';

/** The application of the examples; that of callers who have but one; and one that there is not. */
export const [EXAMPLE, OURS, GHOST] = ['acme-shop', 'other-shop', 'ghost-shop'] as const;
/** Stands in all texts of the other application. */
export const MARK = 'of-the-others-4f1c';

export interface World {
  readonly api: ApiRig;
  readonly openApi: OpenApi;
  readonly known: KnownIds;
  readonly callers: ReadonlyMap<string, Caller>;
  readonly rows: Rows;
}

export async function makeWorld(postgres: TestPostgres): Promise<World> {
  const api = await ApiRig.start({ poster: SILENT }, postgres);
  const openApi = await OpenApi.read(api.url);
  const newcomer = new Newcomer(api, openApi);
  const { known } = newcomer;
  const sent = await tellStory(newcomer, api, openApi);
  const ours = new KnownIds(openApi);
  ours.give(EXAMPLE, OURS);
  const again = new Newcomer(api, openApi, ours);
  for (const operation of openApi.operations) {
    const isKeys = operation['x-required-scope'] !== undefined;
    if (isKeys && operation.method !== 'DELETE') sent.push(...(await again.try(operation)));
  }
  const wrong = sent.filter(
    ({ problems, operationId }) => problems.length > 0 && !NEED_A_WORKER.includes(operationId),
  );
  if (wrong.length > 0) throw new Error(`examples do not work: ${JSON.stringify(wrong)}`);
  for (const example of ours.examples)
    for (const id of ours.of(example)) if (example !== EXAMPLE) known.give(example, id);
  const rows = await Rows.of(api.db);
  await rows.mark(EXAMPLE, MARK);
  return { api, openApi, known, rows, callers: await makeCallers(api.db, OURS) };
}

/** Their examples are for states that only a worker brings about. */
const NEED_A_WORKER = [
  'getAttempt',
  'resendDelivery',
  'cancelDelivery',
  'retryDelivery',
  'retrySubscription',
  'cancelResync',
  'cancelBulkAction',
];

/** Endpoints that take everything, and are nowhere. */
const SILENT: WebhookPoster & Exchanger = {
  limitMs: 1_000,
  post: () =>
    Promise.resolve({
      ...{ delivered: true, statusCode: 200, error: null, failure: null },
      ...{ durationMs: 1, retryAfterMs: null },
      ...{ responseHeaders: { 'content-type': 'text/plain' }, responseBody: 'ok' },
    }),
  exchange: () => Promise.resolve({ phase: 'refused', head: null, body: null, failure: 'nothing is there' }),
  close: () => Promise.resolve(),
};
