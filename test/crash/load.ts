/** Steady load: producers that record changes of many citizens, each until the API has accepted it. */
import { randomUUID } from 'node:crypto';
import type { Random } from './random';

/** Where to and as whom. */
export interface Target {
  readonly apiUrl: string;
  readonly apiKey: string;
}

export const APPLICATION = 'crash';

/** Ids of deliveries that the API has promised by a 202. */
export type Accepted = Set<string>;

const CITIZENS = 25;
/** Longest wait for one answer; then the producer asks again under the same idempotency key. */
const ANSWER_LIMIT_MS = 5_000;

/** One call of the API; undefined where there was no answer. */
export async function call(
  target: Target,
  method: string,
  route: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown } | undefined> {
  try {
    const answer = await fetch(`${target.apiUrl}/v1${route}`, {
      method,
      headers: { 'x-api-key': target.apiKey, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Makes what changes are recorded of, and answers with the ids of the two subscriptions. */
export async function prepareApplication(
  target: Target,
  receiverUrl: string,
): Promise<readonly [string, ...string[]]> {
  const must = async (method: string, route: string, body: unknown): Promise<string> => {
    const answer = await call(target, method, route, body);
    if (!answer || answer.status >= 300) throw new Error(`${method} ${route}: ${JSON.stringify(answer)}`);
    return (answer.body as { id: string }).id;
  };
  await must('PUT', `/applications/${APPLICATION}`, { name: 'Crash' });
  for (const option of ['a', 'b', 'c']) {
    await must('PUT', `/applications/${APPLICATION}/options/${option}`, { name: option });
  }
  const subscribe = (updateType: string): Promise<string> => {
    const url = `${receiverUrl}/${updateType}`;
    return must('POST', '/subscriptions', { applicationId: APPLICATION, name: updateType, url, updateType });
  };
  return [await subscribe('effective-permission'), await subscribe('consent-receipts')];
}

/** Produces until `until` says so, and returns when each change begun is accepted. */
export async function produce(
  target: Target,
  accepted: Accepted,
  random: Random,
  producers: number,
  until: () => boolean,
): Promise<void> {
  await Promise.all(
    Array.from({ length: producers }, async () => {
      while (!until()) {
        await recordUntilAccepted(target, accepted, random);
        await pause(random.between(50, 350));
      }
    }),
  );
}

async function recordUntilAccepted(target: Target, accepted: Accepted, random: Random): Promise<void> {
  const headers = { 'idempotency-key': randomUUID() };
  const change = {
    applicationId: APPLICATION,
    externalRef: `citizen-${Math.floor(random.next() * CITIZENS)}`,
    changes: [
      {
        ...{ optionType: 'option', optionId: random.pick(['a', 'b', 'c']), justification: 'consent' },
        state: random.pick(['GRANTED', 'DENIED']),
      },
    ],
  };
  for (;;) {
    const answer = await call(target, 'POST', '/permissions/transactions', change, headers);
    if (answer?.status === 202) {
      const { deliveries } = answer.body as { deliveries: { id: string }[] };
      deliveries.forEach(({ id }) => accepted.add(id));
      return;
    }
    // No answer, 503 while a part is away, or 409 while the first try still runs: ask again.
    if (answer && ![409, 500, 503].includes(answer.status)) {
      throw new Error(`a change was refused: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    await pause(200);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
