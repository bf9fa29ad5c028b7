/** Deliveries that have missed what they wait for, as after a lost signal, or after Temporal was restored from an older copy. */
import { Mailbox } from '../harness/double-opt-in';
import { eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service?.stop());

/** A delivery to an endpoint that fails, asleep until its hour. The endpoint works from then on. */
async function sleeping(): Promise<{ id: string; subscriptionId: string; app: string }> {
  const app = await service.application();
  const receiver = await service.receiver();
  receiver.behave({ kind: 'answer', status: 500 });
  const { id: subscriptionId } = (await service.subscribe(app, receiver.url)) as { id: string };
  const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
  const id = deliveries[0]?.id ?? '';
  await service.untilStatus(id, 'waiting');
  receiver.behave({ kind: 'answer', status: 200 });
  return { id, subscriptionId, app };
}

/** Writes to a delivery of which nobody hears for ten minutes. */
const silently = (id: string, status: string): Promise<number> =>
  service.db.$executeRaw`
    UPDATE "Delivery" SET "status" = ${status}, "nextAttemptAt" = CASE WHEN ${status} = 'waiting' THEN now() - interval '10 minutes' END,
      "verifiedAt" = now() - interval '10 minutes' WHERE "id" = ${id}::uuid`;

describe('a delivery that has missed what it waits for goes on by itself', () => {
  it('a subscription that is active again', async () => {
    const { id, subscriptionId } = await sleeping();
    await service.ok('PATCH', `/v1/subscriptions/${subscriptionId}`, { status: 'paused' });
    await service.untilStatus(id, 'paused');
    await service.db.subscription.update({ where: { id: subscriptionId }, data: { status: 'active' } });
    await silently(id, 'paused');
    await service.untilStatus(id, 'delivered');
  });

  it.each(['waiting', 'delivering', 'pending'])('the moment of its next attempt: %s', async (status) => {
    const { id } = await sleeping();
    await silently(id, status);
    await service.untilStatus(id, 'delivered');
  });

  it('the end of the one before it', async () => {
    const { id, app } = await sleeping();
    // It is not told of the newer one, as one that sleeps would be.
    await service.db.delivery.update({ where: { id }, data: { status: 'delivering', nextAttemptAt: null } });
    const second = (await service.consent(app, 'c-1', 'DENIED')).deliveries[0]?.id ?? '';
    await service.untilStatus(second, 'blocked');
    await service.db.$executeRaw`
      UPDATE "Delivery" SET "status" = 'cancelled', "finishedAt" = now() WHERE "id" = ${id}::uuid`;
    await silently(second, 'blocked');
    await service.untilStatus(second, 'delivered');
  });

  it('a double opt-in whose next e-mail is long due', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna');
    await mailbox.email();
    // As a further submission whose signal is lost leaves it.
    await service.db.$executeRaw`
      UPDATE "DoubleOptIn" SET "emailDueAt" = now() - interval '10 minutes', "nextLookAt" = now() - interval '10 minutes',
        "verifiedAt" = now() - interval '10 minutes' WHERE "id" = ${optInId}::uuid`;
    await mailbox.email(2);
    await eventually(async () => {
      const { body } = await service.call('GET', `/v1/opt-ins/${optInId}`);
      expect(body).toMatchObject({ status: 'pending', emailsMade: 2, stalled: false });
    });
  });

  it('and the metrics say how many did', async () => {
    await eventually(async () => {
      const text = await (
        await fetch(`${service.url}/metrics`, { headers: { 'x-api-key': service.key } })
      ).text();
      expect(text).toMatch(/^cpm_deliveries_told_again_total\{kind="paused"\} 1$/m);
      expect(text).toMatch(/^cpm_deliveries_told_again_total\{kind="overdue"\} 3$/m);
      expect(text).toMatch(/^cpm_deliveries_told_again_total\{kind="unblocked"\} 1$/m);
      expect(text).toMatch(/^cpm_workflows_restarted_total\{kind="opt-in"\} 1$/m);
      expect(text).not.toMatch(/^cpm_(deliveries|workflows)_stalled\{/m);
    });
  });
});
