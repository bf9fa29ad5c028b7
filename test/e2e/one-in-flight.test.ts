/** One request of an ordering key at a time, and numbers that never fall: resends and resyncs included. */
import type { Received, Receiver } from '../../tools/receiver/receiver';
import { bodyOf, eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({}, 2);
});
afterAll(() => service?.stop());

const SLOW_MS = 2_500;

interface Line {
  readonly app: string;
  readonly receiver: Receiver;
  readonly subscriptionId: string;
}

async function subscribed(updateType: string): Promise<Line> {
  const app = await service.application();
  const receiver = await service.receiver();
  const { id: subscriptionId } = await service.subscribe(app, receiver.url, { updateType });
  return { app, receiver, subscriptionId };
}

const change = async ({ app }: Line, state: string): Promise<string> =>
  (await service.consent(app, 'c-1', state)).deliveries[0]?.id ?? '';

/** Answers the requests from now on in turn: the first after a while, then the rest at once. */
function slowOnce({ receiver }: Line, status = 200): void {
  const from = receiver.received.length;
  receiver.behave((_, count) => ({
    kind: 'answer',
    ...(count === from ? { status, delayMs: SLOW_MS } : { status: 200 }),
  }));
}

const inFlight = ({ receiver }: Line, requests: number) =>
  eventually(() => expect(receiver.received).toHaveLength(requests));

const sequences = (received: readonly Received[]): number[] =>
  received.map(({ headers }) => Number(headers['x-cpm-sequence']));

const ascending = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);

/** Milliseconds between the arrivals of two requests. */
const gapMs = ({ receiver }: Line, first: number, second: number): number =>
  (receiver.received[second]?.at.getTime() ?? 0) - (receiver.received[first]?.at.getTime() ?? 0);

describe.each(['effective-permission', 'consent-receipts'])('while a request is in flight: %s', (type) => {
  it.each([200, 500])('a resend of an earlier delivery waits for its answer, a %d', async (status) => {
    const line = await subscribed(type);
    const first = await change(line, 'GRANTED');
    await service.untilStatus(first, 'delivered');
    slowOnce(line, status);
    const second = await change(line, 'DENIED');
    await inFlight(line, 2);
    await service.ok('POST', `/v1/deliveries/${first}/resend`);
    await service.untilStatus(first, 'blocked');
    await eventually(async () => {
      const statuses = await Promise.all([first, second].map((id) => service.delivery(id)));
      expect(statuses.map(({ status: now }) => /delivered|cancelled/.test(now))).toEqual([true, true]);
    });
    for (let next = 2; next < line.receiver.received.length; next++) {
      expect(gapMs(line, 1, next)).toBeGreaterThanOrEqual(SLOW_MS - 50);
    }
    const sent = sequences(line.receiver.received);
    expect(sent).toEqual(ascending(sent));
  });

  it('a resend of that cancelled delivery waits for its answer', async () => {
    const line = await subscribed(type);
    slowOnce(line, 500);
    const first = await change(line, 'GRANTED');
    await inFlight(line, 1);
    await service.ok('POST', `/v1/deliveries/${first}/cancel`);
    await eventually(async () => {
      expect((await service.call('POST', `/v1/deliveries/${first}/resend`)).status).toBe(202);
    });
    await service.untilStatus(first, 'delivered');
    expect(line.receiver.received).toHaveLength(2);
    expect(gapMs(line, 0, 1)).toBeGreaterThanOrEqual(SLOW_MS - 50);
  });
});

describe('while the request of a resent delivery is in flight', () => {
  /** A line whose first delivery has been sent again, and is not answered yet. */
  async function resending(): Promise<Line> {
    const line = await subscribed('effective-permission');
    const first = await change(line, 'GRANTED');
    await service.untilStatus(first, 'delivered');
    slowOnce(line);
    await service.ok('POST', `/v1/deliveries/${first}/resend`);
    await inFlight(line, 2);
    return line;
  }

  it('a new change waits for its answer', async () => {
    const line = await resending();
    await service.untilStatus(await change(line, 'DENIED'), 'delivered');
    expect(gapMs(line, 1, 2)).toBeGreaterThanOrEqual(SLOW_MS - 50);
    expect(bodyOf(line.receiver.received[2] ?? { body: '{}' }).permissions[0].state).toBe('DENIED');
  });

  it('the delivery of a resync waits for its answer', async () => {
    const line = await resending();
    await service.ok('POST', `/v1/subscriptions/${line.subscriptionId}/resync`);
    await inFlight(line, 3);
    expect(gapMs(line, 1, 2)).toBeGreaterThanOrEqual(SLOW_MS - 50);
  });
});

describe('the sequence of a resent receipt', () => {
  it('is the highest that its ordering key has sent, so that it never falls', async () => {
    const line = await subscribed('consent-receipts');
    const first = await change(line, 'GRANTED');
    await service.untilStatus(first, 'delivered');
    line.receiver.behave({ kind: 'answer', status: 500 });
    const second =
      (await service.consent(line.app, 'c-1', 'GRANTED', {}, 'profiling')).deliveries[0]?.id ?? '';
    await service.untilStatus(second, 'waiting');
    const third = (await service.consent(line.app, 'c-1', 'DENIED', {}, 'profiling')).deliveries[0]?.id ?? '';
    await service.untilStatus(third, 'blocked');
    await service.untilStatus(second, 'waiting');
    const failed = line.receiver.received.length;
    line.receiver.behave({ kind: 'answer', status: 200 });
    await service.ok('POST', `/v1/deliveries/${first}/resend`);
    await service.untilStatus(first, 'delivered');
    await service.ok('POST', `/v1/deliveries/${second}/retry`).catch(() => undefined);
    await service.untilStatus(third, 'delivered');
    const sent = sequences(line.receiver.received);
    expect(sent).toEqual(ascending(sent));
    expect(sent.slice(failed)).toEqual([2, 2, 3]);
  });
});
