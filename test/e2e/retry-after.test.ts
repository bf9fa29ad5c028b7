/** An endpoint that asks to be left alone for a while (`Retry-After`): rule `retry-cycles`. */
import type { Behaviour, Receiver } from '../../tools/receiver/receiver';
import { eventually, TestService } from '../harness/service';

const INTERVAL_MS = 60_000;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ retryIntervalMs: INTERVAL_MS });
});
afterAll(() => service?.stop());

const OK: Behaviour = { kind: 'answer', status: 200 };

const busy = (retryAfter: string, status = 429, delayMs = 0): Behaviour => ({
  ...{ kind: 'answer', status, delayMs },
  headers: { 'retry-after': retryAfter },
});

type Behave = Parameters<Receiver['behave']>[0];

/** A delivery to an endpoint that behaves so until it is told otherwise. */
async function delivered(
  behaviour: Behave,
): Promise<{ app: string; receiver: Receiver; id: string; subscription: string }> {
  const app = await service.application();
  const receiver = await service.receiver();
  receiver.behave(behaviour);
  const { id: subscription } = (await service.subscribe(app, receiver.url)) as { id: string };
  const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
  return { app, receiver, id: deliveries[0]?.id ?? '', subscription };
}

/** Awaits the first failure, and answers with the wait until the next attempt as REST tells it. Milliseconds. */
const waitOf = (id: string): Promise<number> =>
  eventually(async () => {
    const { attempts, nextAttemptAt } = await service.delivery(id);
    expect(nextAttemptAt).not.toBeNull();
    const [{ at, durationMs }] = attempts as [{ at: string; durationMs: number }];
    return Date.parse(nextAttemptAt as string) - Date.parse(at) - durationMs;
  });

const gapMs = ({ received }: Receiver): number =>
  (received[1]?.at.getTime() ?? 0) - (received[0]?.at.getTime() ?? 0);

describe('an endpoint that asks for a wait', () => {
  it.each([
    ['in seconds', () => busy('2')],
    ['until a date', () => busy(new Date(Date.now() + 3_000).toUTCString(), 503)],
  ])('gets no attempt before that, and shows it with the attempt: %s', async (_, first) => {
    const { receiver, id } = await delivered((_, count) => (count === 0 ? first() : OK));
    const { attempts } = await service.untilStatus(id, 'delivered');
    expect(gapMs(receiver)).toBeGreaterThan(1_500);
    expect(attempts).toHaveLength(2);
    expect((attempts as { retryAfterMs: number }[])[0]?.retryAfterMs).toBeGreaterThan(1_000);
    expect((attempts as { retryAfterMs: null }[])[1]?.retryAfterMs).toBeNull();
  });

  it('gets it within the interval at the latest', async () => {
    const { id } = await delivered(busy('86400'));
    const waitMs = await waitOf(id);
    expect(waitMs).toBeGreaterThan(INTERVAL_MS - 2_000);
    expect(waitMs).toBeLessThan(2 * INTERVAL_MS);
    expect(await service.delivery(id)).toMatchObject({ status: 'delivering', attemptCount: 1 });
  });

  it('gets the cycles that it would have got where it asks for less', async () => {
    const { receiver, id } = await delivered(busy('0'));
    await service.untilStatus(id, 'waiting');
    expect(receiver.received).toHaveLength(3);
  });

  it('sleeps no longer after a cycle', async () => {
    const { id } = await delivered((_, count) =>
      count === 2 ? busy('86400') : { kind: 'answer', status: 500 },
    );
    const { nextAttemptAt, attempts } = await service.untilStatus(id, 'waiting');
    const { at } = (attempts as { at: string }[])[2] ?? { at: '' };
    expect(Date.parse(nextAttemptAt as string) - Date.parse(at)).toBeLessThan(2 * INTERVAL_MS);
  });
});

describe('the wait that an endpoint asks for ends', () => {
  it('at once by a retry', async () => {
    const { receiver, id } = await delivered(busy('30'));
    await waitOf(id);
    receiver.behave(OK);
    await service.ok('POST', `/v1/deliveries/${id}/retry`);
    await service.untilStatus(id, 'delivered');
    expect(gapMs(receiver)).toBeLessThan(20_000);
  });

  it('at once by another credential', async () => {
    const { receiver, id, subscription } = await delivered(busy('30'));
    await waitOf(id);
    receiver.behave(OK);
    const authentication = { authType: 'bearer', bearerAuth: { token: 'another-token' } };
    await service.ok('PATCH', `/v1/subscriptions/${subscription}`, { authentication });
    await service.untilStatus(id, 'delivered');
    expect(gapMs(receiver)).toBeLessThan(20_000);
  });

  it('at once by a newer change of the citizen, so that a withdrawal does not wait behind it', async () => {
    const { app, receiver, id } = await delivered(busy('30'));
    await waitOf(id);
    receiver.behave(OK);
    const { deliveries } = await service.consent(app, 'c-1', 'DENIED');
    await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    expect(gapMs(receiver)).toBeLessThan(20_000);
    expect(receiver.received[1]?.headers['webhook-id']).toBe(id);
  });

  it('where such a change has come during the attempt', async () => {
    const { app, receiver } = await delivered(busy('30', 429, 500));
    await eventually(() => expect(receiver.received).toHaveLength(1));
    receiver.behave(OK);
    const { deliveries } = await service.consent(app, 'c-1', 'DENIED');
    await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    expect(gapMs(receiver)).toBeLessThan(20_000);
  });
});
