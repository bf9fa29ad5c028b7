import { optInWorkflowId } from '../../workflows/double-opt-in/contract';
import { letPass, Mailbox, press, visit } from '../harness/double-opt-in';
import { eventually, TestService } from '../harness/service';

const DAY_MS = 86_400_000;

let service: TestService;
beforeAll(async () => {
  service = await TestService.start({ retryIntervalMs: 600_000 });
});
afterAll(() => service.stop());

const down = { kind: 'answer', status: 500 } as const;
const up = { kind: 'answer', status: 200 } as const;

/** The only delivery of the opt-in's latest e-mail. */
async function deliveryOf(
  optInId: string,
): Promise<{ id: string; status: string; bodySealed: string | null }> {
  return service.db.delivery.findFirstOrThrow({ where: { email: { optInId } }, orderBy: { id: 'desc' } });
}

/** Seven days pass, all but a moment. */
async function letPassUntilExpiry(optInId: string, leftMs: number): Promise<void> {
  const { expiresAt } = await service.db.doubleOptIn.findUniqueOrThrow({ where: { id: optInId } });
  await letPass(service, optInId, expiresAt.getTime() - Date.now() - leftMs);
}

async function untilDelivery(
  optInId: string,
  status: string,
): Promise<{ id: string; bodySealed: string | null }> {
  return eventually(async () => {
    const delivery = await deliveryOf(optInId);
    expect(delivery.status).toBe(status);
    return delivery;
  });
}

/** How often its workflow has looked at an opt-in, and done what was due. */
async function looksAt(optInId: string): Promise<number> {
  const { workflow } = await service.temporal();
  const { events } = await workflow.getHandle(optInWorkflowId(optInId)).fetchHistory();
  return (events ?? []).filter((event) => event.activityTaskCompletedEventAttributes).length;
}

describe('a confirmation that nobody gives', () => {
  it('expires after seven days: what was in effect before is again, and every subscription hears of it', async () => {
    const mailbox = await Mailbox.open(service);
    await service.consent(mailbox.app, 'anna', 'DENIED');
    const { optInId } = await mailbox.submit('anna');
    const { confirmUrl } = await mailbox.email();
    await letPassUntilExpiry(optInId, 3_000);
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'PENDING' });
    await mailbox.untilOptIn(optInId, 'expired');
    await eventually(() => expect(mailbox.told('receipts')).toEqual(['DENIED', 'PENDING', 'DENIED']));
    await eventually(() => expect(mailbox.told('full').slice(-2)).toEqual(['PENDING', 'DENIED']));
    expect((await press(confirmUrl, 'confirmed', 9)).heading).toBe('This link has expired');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'DENIED' });
  });

  it('can be requested again from the expired link, three times', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna');
    const { confirmUrl: first } = await mailbox.email();
    for (let renewal = 1; renewal <= 3; renewal++) {
      await letPass(service, optInId, 8 * DAY_MS);
      await mailbox.untilOptIn(optInId, 'expired');
      expect((await visit(first)).html).toContain('Send a new e-mail');
      expect((await press(first, 'renew', 1)).heading).toBe('A new e-mail is on its way');
      await mailbox.email(1 + renewal);
      expect(await mailbox.states('anna')).toEqual({ newsletter: 'PENDING' });
    }
    expect((await press((await mailbox.email(4)).confirmUrl, 'confirmed')).heading).toBe('Thank you');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'GRANTED' });
  });

  it('cannot be requested a fourth time, nor once the consent was changed otherwise', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna');
    const { confirmUrl } = await mailbox.email();
    await letPass(service, optInId, 8 * DAY_MS);
    await mailbox.untilOptIn(optInId, 'expired');
    await service.db.doubleOptIn.update({ where: { id: optInId }, data: { renewals: 3 } });
    expect((await visit(confirmUrl)).html).toContain('no further e-mail');
    expect((await press(confirmUrl, 'renew', 1)).heading).toBe('This link has expired');
    await service.db.doubleOptIn.update({ where: { id: optInId }, data: { renewals: 0 } });
    await service.consent(mailbox.app, 'anna', 'DENIED');
    expect((await press(confirmUrl, 'renew', 1)).heading).toBe('This link has expired');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'DENIED' });
  });

  it('is reminded of once, where the application wants it', async () => {
    const mailbox = await Mailbox.open(service, { confirmPage: { reminderMs: 2 * DAY_MS } });
    const { optInId } = await mailbox.submit('anna');
    await mailbox.email();
    await letPass(service, optInId, 2 * DAY_MS);
    const reminder = await mailbox.email(2);
    expect(reminder.subject).toBe('Reminder: please confirm your consent for Shop');
    await letPass(service, optInId, 3 * DAY_MS);
    const before = await looksAt(optInId);
    await service.consent(mailbox.app, 'anna', 'GRANTED', {}, 'profiling');
    await eventually(async () => expect(await looksAt(optInId)).toBeGreaterThan(before));
    expect((await mailbox.optIn(optInId)).emailsMade).toBe(2);
    await press(reminder.confirmUrl, 'confirmed');
    expect(await mailbox.states('anna')).toEqual({ newsletter: 'GRANTED', profiling: 'GRANTED' });
  });
});

describe('an endpoint for e-mails that is down', () => {
  it('for a day gets one e-mail when it is up again, the newest, and its link works', async () => {
    const mailbox = await Mailbox.open(service, { confirmPage: { reminderMs: DAY_MS } });
    mailbox.receiver.behave((request) => (request.url === '/emails' ? down : up));
    const { optInId } = await mailbox.submit('anna');
    await untilDelivery(optInId, 'waiting');
    await letPass(service, optInId, DAY_MS);
    await eventually(async () => expect((await mailbox.optIn(optInId)).emailsMade).toBe(2));
    const { id } = await untilDelivery(optInId, 'waiting');
    mailbox.receiver.behave(up);
    await service.ok('POST', `/v1/deliveries/${id}/retry`);
    const { confirmUrl, subject } = await mailbox.email();
    expect(subject).toMatch(/^Reminder/);
    expect((await press(confirmUrl, 'confirmed')).heading).toBe('Thank you');
    expect(mailbox.emails).toHaveLength(1);
  });

  it.each(['waiting', 'paused'])(
    'until the link expires gets none: the delivery, %s so far, ends as expired at that moment and is erased',
    async (status) => {
      const mailbox = await Mailbox.open(service);
      mailbox.receiver.behave((request) => (request.url === '/emails' ? down : up));
      const { optInId } = await mailbox.submit('anna');
      await untilDelivery(optInId, 'waiting');
      if (status === 'paused') {
        await service.ok('PATCH', `/v1/subscriptions/${mailbox.subscriptions.emails.id}`, {
          status: 'paused',
        });
        await untilDelivery(optInId, 'paused');
      }
      await letPassUntilExpiry(optInId, 1_500);
      const { id, bodySealed } = await untilDelivery(optInId, 'expired');
      expect(bodySealed).toBeNull();
      expect((await service.call('POST', `/v1/deliveries/${id}/resend`)).status).toBe(409);
      mailbox.receiver.behave(up);
      await service.ok('PATCH', `/v1/subscriptions/${mailbox.subscriptions.emails.id}`, { status: 'active' });
      await mailbox.submit('ben');
      const { confirmUrl } = await mailbox.email();
      await press(confirmUrl, 'confirmed');
      expect(await mailbox.states('ben')).toEqual({ newsletter: 'GRANTED' });
      expect(mailbox.emails).toHaveLength(1);
    },
  );
});

describe("an e-mail's content is erased", () => {
  it('once it is delivered; it is never sent again', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna');
    const { id, bodySealed } = await untilDelivery(optInId, 'delivered');
    expect(bodySealed).toBeNull();
    expect((await service.call('POST', `/v1/deliveries/${id}/resend`)).status).toBe(409);
  });

  it('also where the receiver sends it back in its answer', async () => {
    const mailbox = await Mailbox.open(service);
    const echoed: string[] = [];
    mailbox.receiver.behave((_, count) => {
      const body = mailbox.receiver.received[count - 1]?.body ?? '';
      return { kind: 'answer', status: echoed.push(body) < 4 ? 500 : 200, body: 'anna@mail.example ' + body };
    });
    const { optInId } = await mailbox.submit('anna');
    const { confirmUrl } = await mailbox.email();
    const { id } = await untilDelivery(optInId, 'delivered');
    const answers = JSON.stringify((await service.delivery(id)) as unknown);
    expect(answers).toContain('[redacted]');
    expect(answers).not.toContain('anna@mail.example');
    expect(answers).not.toContain(confirmUrl.split('/').at(-1));
  });

  it.each<[string, (mailbox: Mailbox, deliveryId: string, citizenId: string) => Promise<unknown>]>([
    ['an operator cancels it', (_, id) => service.ok('POST', `/v1/deliveries/${id}/cancel`)],
    [
      'its subscription is deleted',
      ({ subscriptions }) => service.ok('DELETE', `/v1/subscriptions/${subscriptions.emails.id}`),
    ],
    ['its citizen is deleted', (_, __, citizenId) => service.ok('DELETE', `/v1/citizens/${citizenId}`)],
    [
      'its workflow is cancelled',
      async (_, id) => (await service.temporal()).workflow.getHandle(`delivery-${id}`).cancel(),
    ],
    ['it is not needed any more', ({ app }) => service.consent(app, 'anna', 'DENIED')],
  ])('when %s', async (_, end) => {
    const mailbox = await Mailbox.open(service);
    mailbox.receiver.behave((request) => (request.url === '/emails' ? down : up));
    const { optInId, citizenId } = await mailbox.submit('anna');
    const { id } = await untilDelivery(optInId, 'waiting');
    await end(mailbox, id, citizenId);
    await eventually(async () => {
      const delivery = await service.db.delivery.findUniqueOrThrow({ where: { id } });
      expect(delivery).toMatchObject({ status: 'cancelled', bodySealed: null });
    });
  });
});

describe('a pending opt-in', () => {
  it('survives that no worker runs when it is submitted, or confirmed', async () => {
    const mailbox = await Mailbox.open(service);
    await service.stopWorkers();
    const { optInId } = await mailbox.submit('anna');
    await service.addWorker();
    const { confirmUrl } = await mailbox.email();
    await service.stopWorkers();
    expect((await press(confirmUrl, 'confirmed')).heading).toBe('Thank you');
    await service.addWorker();
    await eventually(() => expect(mailbox.told('receipts')).toEqual(['PENDING', 'GRANTED']));
    await mailbox.untilOptIn(optInId, 'confirmed');
    expect(mailbox.emails).toHaveLength(1);
  });

  it('gets another workflow when its own is terminated, and no second e-mail', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna');
    await mailbox.email();
    const handle = (await service.temporal()).workflow.getHandle(`opt-in-${optInId}`);
    await handle.terminate();
    await eventually(async () => expect((await handle.describe()).status.name).toBe('RUNNING'));
    await letPass(service, optInId, 8 * DAY_MS);
    await mailbox.untilOptIn(optInId, 'expired');
    expect(mailbox.emails).toHaveLength(1);
  });
});

describe("a citizen's address", () => {
  it('stands in no workflow history and in no other webhook', async () => {
    const mailbox = await Mailbox.open(service);
    const { optInId } = await mailbox.submit('anna', { locale: 'de-LI' });
    const { confirmUrl } = await mailbox.email();
    await press(confirmUrl, 'confirmed');
    await eventually(() => expect(mailbox.told('full')).toHaveLength(2));
    const { workflow } = await service.temporal();
    const ids = await service.db.delivery.findMany({
      where: { applicationId: mailbox.app },
      select: { id: true },
    });
    const histories = await Promise.all(
      [`opt-in-${optInId}`, ...ids.map(({ id }) => `delivery-${id}`)].map((id) =>
        workflow.getHandle(id).fetchHistory(),
      ),
    );
    const others = mailbox.receiver.received.filter(({ path }) => path !== '/emails');
    const token = confirmUrl.split('/').at(-1) ?? '';
    for (const secret of ['anna@mail.example', 'de-LI', token]) {
      for (const written of [...histories.map(decoded), JSON.stringify(others)]) {
        expect(written).not.toContain(secret);
      }
    }
    const address = await service.db.citizenAddress.findFirst({
      where: { citizen: { applicationId: mailbox.app } },
    });
    expect(JSON.stringify(address)).not.toMatch(/mail\.example|de-LI/);
  });
});

/** A history with its payloads as text. */
function decoded(history: unknown): string {
  return JSON.stringify(history, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
}
