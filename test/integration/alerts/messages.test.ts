/** What operators are told of alerts: how often, what, and how it is sent. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { byEmail } from '../../../src/alerts/by-email';
import { byWebhook } from '../../../src/alerts/by-webhook';
import { makeMessages, type Channel, type MessageContent } from '../../../src/alerts/make-messages';
import { sendMessage, type Sender } from '../../../src/alerts/send-message';
import { alertSigningKeys } from '../../../src/alerts/signing-keys';
import { createPoster } from '../../../src/delivery/http/post';
import { claimEntries } from '../../../src/outbox/claims';
import { Prisma, type Database } from '../../../src/platform/database';
import { newId } from '../../../src/platform/ids';
import { createLogger } from '../../../src/platform/logger';
import { readSigningKey } from '../../../src/platform/signing-key';
import { startReceiver } from '../../../tools/receiver/receiver';
import { useTestDatabase } from '../../harness/database';
import { putSubscription } from '../../harness/deliveries';
import { isGenuine } from '../../harness/message-signatures';

const PUBLIC_URL = 'https://cpm.test';
const MINUTE_MS = 60_000;

const database = useTestDatabase();
let db: Database;
beforeEach(async () => {
  ({ db } = database);
  await db.alertMessage.deleteMany();
  await db.subscription.deleteMany();
});

/** Opens alerts of a kind, each of a subscription of its own. */
async function open(kind: string, count = 1): Promise<void> {
  for (let n = 0; n < count; n++) {
    const { id: subscriptionId, applicationId } = await putSubscription(db);
    await db.alert.create({
      data: { id: newId(), kind, applicationId, subscriptionId, subject: subscriptionId, since: new Date() },
    });
  }
}
const close = (): Promise<unknown> =>
  db.alert.updateMany({ data: { closedAt: new Date(), resolution: 'recovered' } });
const openAgain = (): Promise<unknown> => db.alert.updateMany({ data: { closedAt: null, resolution: null } });
async function pass(ms: number): Promise<void> {
  const by = Prisma.sql`${ms}::float8 * interval '1 millisecond'`;
  await db.$executeRaw(Prisma.sql`UPDATE "AlertMessage" SET "createdAt" = "createdAt" - ${by}`);
  await db.$executeRaw(Prisma.sql`UPDATE "AlertTold" SET "at" = "at" - ${by}`);
}
const look = (channel: Channel = 'webhook'): Promise<boolean> => makeMessages(db, [channel]);
/** What the newest message says, once it is accepted: kinds, and how those ended that are closed. */
async function told(): Promise<string[]> {
  const message = await db.alertMessage.findFirstOrThrow({
    where: { status: 'pending', channel: 'webhook' },
  });
  await send(message.id, () => Promise.resolve(null));
  const { alerts, more } = message.content as unknown as MessageContent;
  const of = alerts.map(({ kind, resolution }) => (resolution === null ? kind : `${kind} ${resolution}`));
  return more > 0 ? [...of, `${more} more`] : of;
}
const TIMES = { attemptBackoffMs: 1_000, retryIntervalMs: 3_600_000 };
const send = (id: string, webhook: Sender) =>
  sendMessage({ db, logger: createLogger('silent', 'test'), senders: { webhook }, times: TIMES }, id);

describe('what operators are told', () => {
  it('is in one message, the loudest first, and each but once', async () => {
    await open('endpoint_failing', 2);
    await open('withdrawal_late');
    await open('credential_expires');
    expect(await look()).toBe(true);
    expect(await told()).toEqual([
      ...['withdrawal_late', 'endpoint_failing', 'endpoint_failing', 'credential_expires'],
    ]);
    await pass(MINUTE_MS);
    expect(await look()).toBe(false);
    await close();
    await look();
    expect(await told()).toContain('withdrawal_late recovered');
  });

  it('names fifty alerts, and counts the others', async () => {
    await open('endpoint_failing', 53);
    await look();
    expect((await told()).slice(49)).toEqual(['endpoint_failing', '3 more']);
    await pass(MINUTE_MS);
    expect(await look()).toBe(false);
  });

  it('is nothing of what was over before anybody was told', async () => {
    await open('endpoint_failing');
    await close();
    expect(await look()).toBe(false);
  });

  it('is told a minute after the message before, and where they are many every ten minutes; of a late withdrawal at once', async () => {
    for (let n = 0; n < 6; n++) {
      await open('endpoint_failing');
      expect(await look()).toBe(true);
      await told();
      await open('endpoint_failing');
      expect(await look()).toBe(false);
      await pass(MINUTE_MS + 1_000);
    }
    expect(await look()).toBe(false);
    await open('withdrawal_late');
    expect(await look()).toBe(true);
    expect((await told())[0]).toBe('withdrawal_late');
    await open('endpoint_failing');
    await pass(9 * MINUTE_MS);
    expect(await look()).toBe(false);
    await pass(MINUTE_MS);
    expect(await look()).toBe(true);
  });

  it('is not told again of an endpoint that comes and goes, within an hour', async () => {
    await open('endpoint_failing');
    await look();
    await told();
    await pass(2 * MINUTE_MS);
    await close();
    await look();
    expect(await told()).toEqual(['endpoint_failing recovered']);
    await pass(2 * MINUTE_MS);
    await openAgain();
    expect(await look()).toBe(false);
    await pass(60 * MINUTE_MS);
    await look();
    expect(await told()).toEqual(['endpoint_failing']);
  });

  it('is one message at a time of each channel, however many processes look', async () => {
    await open('endpoint_failing');
    await Promise.all([1, 2, 3].map(() => makeMessages(db, ['webhook', 'email'])));
    await open('withdrawal_late');
    await pass(20 * MINUTE_MS);
    expect(await look()).toBe(false);
    const messages = await db.alertMessage.findMany({ orderBy: { channel: 'asc' } });
    expect(messages.map(({ channel }) => channel)).toEqual(['email', 'webhook']);
    const entries = (await claimEntries(db, 10)).filter(({ kind }) => kind === 'message');
    expect(entries.map(({ id, action }) => [id, action]).sort()).toEqual(
      messages.map(({ id }) => [id, 'start']).sort(),
    );
    await told();
    expect(await look()).toBe(true);
    expect(await told()).toEqual(['withdrawal_late']);
  });
});

describe('a message', () => {
  const made = async (): Promise<string> => {
    await open('endpoint_failing');
    await look();
    return (await db.alertMessage.findFirstOrThrow()).id;
  };

  it('is tried three times an interval until it is accepted, and then no more', async () => {
    const id = await made();
    const refused: Sender = () => Promise.resolve('HTTP 500');
    const waits: unknown[] = [];
    for (let n = 0; n < 4; n++) waits.push(await send(id, refused));
    expect(waits).toMatchObject([1_000, 2_000, 3_600_000, 1_000].map((waitMs) => ({ waitMs })));
    expect(await db.alertMessage.findFirst()).toMatchObject({ attempts: 4, lastError: 'HTTP 500' });
    expect(await send(id, () => Promise.resolve(null))).toEqual({ ended: true, status: 'sent' });
    const again = jest.fn(refused);
    expect(await send(id, again)).toEqual({ ended: true, status: 'sent' });
    expect(again).not.toHaveBeenCalled();
  });

  it('is dropped where its channel is not set any more', async () => {
    const context = { db, logger: createLogger('silent', 'test'), senders: {}, times: TIMES };
    expect(await sendMessage(context, await made())).toEqual({ ended: true, status: 'dropped' });
  });

  it('goes by POST, signed with a key that anybody can verify', async () => {
    const receiver = await startReceiver({ port: 0 });
    const poster = createPoster({ requestTimeoutMs: 5_000, allowPrivateTargets: true });
    const url = `${receiver.url}/ops?key=of-ours`;
    const signingKeys = alertSigningKeys([randomBytes(32)]);
    const id = await made();
    expect(await send(id, byWebhook(poster, { url, signingKeys, publicUrl: PUBLIC_URL }))).toMatchObject({
      status: 'sent',
    });
    await poster.close();
    await receiver.close();
    const [received] = receiver.received;
    if (!received) throw new Error('nothing has arrived');
    const { headers, body } = received;
    expect(JSON.parse(body)).toMatchObject({
      ...{ type: 'alerts', id, more: 0, url: `${PUBLIC_URL}/alerts` },
      alerts: [{ kind: 'endpoint_failing', severity: 'warning', status: 'open', subjectName: 'CRM' }],
    });
    expect(headers['webhook-id']).toBe(id);
    const key = readSigningKey(signingKeys[0] ?? '');
    const verifiers = { [key.keyId]: key.publicKey?.jwk ?? '' };
    expect(await isGenuine({ url, headers, body }, verifiers, [])).toBe(true);
    expect(await isGenuine({ url, headers, body: `${body} ` }, verifiers, [])).toBe(false);
  });

  it('goes by mail, in English and German, again where the mail server refuses it at first', async () => {
    const mails: string[] = [];
    let refusals = 2;
    const server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username, password }, _session, done) =>
        username === 'cpm' && password === 's3cret' ? done(null, { user: 'cpm' }) : done(new Error('no')),
      onRcptTo: (_address, _session, done) =>
        done((refusals -= 1) >= 0 ? new Error('s3cret is busy') : undefined),
      onData(stream, { envelope }, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          mails.push(
            `${envelope.rcptTo.map(({ address }) => address).join()}\n${Buffer.concat(chunks).toString()}`,
          );
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as AddressInfo;
    const sender = byEmail(
      {
        ...{ to: ['ops@shop.example', 'night@shop.example'], from: 'cpm@shop.example' },
        smtpUrl: `smtp://cpm:s3cret@127.0.0.1:${port}`,
      },
      PUBLIC_URL,
    );
    await open('withdrawal_late');
    const id = await made();
    expect(await send(id, sender)).toMatchObject({ ended: false, attempts: 1 });
    expect((await db.alertMessage.findFirst())?.lastError).toBe(
      'the mail server has not taken it (EENVELOPE)',
    );
    expect(await send(id, sender)).toMatchObject({ status: 'sent' });
    await new Promise<void>((resolve) => server.close(resolve));
    const [mail = ''] = mails;
    const text = mail
      .replace(/=\r?\n/g, '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    expect(text).toContain('ops@shop.example,night@shop.example');
    expect(text).toMatch(
      /^Subject: A withdrawal of consent has not been delivered \/ Ein Widerruf ist\s+nicht zugestellt \(\+1\)/m,
    );
    expect(text).toContain('CRITICAL: A withdrawal of consent has not been delivered');
    expect(text).toContain('KRITISCH: Ein Widerruf ist nicht zugestellt');
    expect(text).toContain(`${PUBLIC_URL}/alerts`);
    expect(text).toMatch(/^Auto-Submitted: auto-generated/m);
  });
});
