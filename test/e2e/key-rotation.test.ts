/** Changing the key of encryption at rest, by processes as a supervisor runs them, while three callers go on. */
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSealer } from '../../src/platform/encryption';
import { SEALED_TABLES } from '../../src/platform/sealed-columns';
import { freePorts } from '../harness/free-ports';
import { end, spawnPartOf } from '../harness/part-process';
import { runProgram, type Ended } from '../harness/program';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

const CALLERS = 3;

/** The key that the service changes to. */
const next = randomBytes(32);
let service: TestService;
const parts: ChildProcess[] = [];
beforeAll(async () => {
  service = await TestService.start({ previousEncryptionKeys: [next] }, 0);
});
afterEach(() => Promise.all(parts.splice(0).map((part) => end(part, 'SIGKILL'))));
afterAll(() => service?.stop());

const text = (key: Buffer): string => key.toString('base64');

function start(part: 'api' | 'worker', settings: Readonly<Record<string, string>>): ChildProcess {
  const child = spawnPartOf(service, part, settings);
  parts.push(child);
  return child;
}

/** Runs a program on the database of the service, to its end. */
function run(program: string, settings: Readonly<Record<string, string>>): Promise<Ended> {
  const { databaseUrl, temporal } = service.config;
  return runProgram(program, {
    ...{ DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporal.address, CPM_PORT: '0' },
    ...settings,
  });
}

describe('a process with a wrong key', () => {
  it.each(['api', 'worker', 'rotate-encryption-key'])(
    '%s ends at once with one line that names the variable',
    async (program) => {
      const wrong = text(randomBytes(32));
      const { code, out, errors } = await run(program, { CPM_ENCRYPTION_KEY: wrong });
      expect([code, out]).toEqual([1, '']);
      expect(errors).toMatch(/^cpm-webhooks: CPM_ENCRYPTION_KEY must be the key [^\n]*\n$/);
      expect(errors).not.toContain(wrong);
    },
  );
});

describe('a delivery that no key of the worker opens', () => {
  it('says so, and goes on once it can be opened', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    const { id: subscription } = await service.subscribe(app, receiver.url);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const id = deliveries[0]?.id ?? '';
    const { bodySealed } = await service.db.delivery.findUniqueOrThrow({ where: { id } });
    const sealed = createSealer([randomBytes(32)]).seal('{}', 'payload');
    await service.db.delivery.update({ where: { id }, data: { bodySealed: sealed } });
    await service.addWorker();
    await eventually(async () => {
      const delivery = await service.delivery(id);
      expect(delivery.lastError).toMatch(
        /^not sent: what is stored could not be decrypted: it was sealed with another key, of the id \w{8}$/,
      );
      expect(delivery.attemptCount).toBe(0);
    });
    const payload = await service.call('GET', `/v1/deliveries/${id}/payload`);
    expect([payload.status, payload.body.code]).toEqual([503, 'content_unreadable']);

    await service.db.delivery.update({ where: { id }, data: { bodySealed } });
    await service.untilStatus(id, 'delivered');
    const [attempt] = (await service.delivery(id)).attempts;
    const response = createSealer([randomBytes(32)]).seal('answer', 'response');
    await service.db.attempt.updateMany({
      where: { deliveryId: id },
      data: { responseBodySealed: response },
    });
    const [shown] = (await service.delivery(id)).attempts;
    expect(shown).toEqual({
      ...attempt,
      responseBody: expect.stringMatching(/^\[could not be decrypted: it was sealed with another key/),
    });
    await service.stopWorkers();
    await service.ok('DELETE', `/v1/subscriptions/${subscription}`);
    await service.db.attempt.deleteMany({ where: { deliveryId: id } });
  });
});

/** Records changes one after the other, and reads each; what was refused, and what could not be opened. */
class Caller {
  readonly ids: string[] = [];
  readonly trouble: unknown[] = [];
  private calling = true;
  private readonly over: Promise<void>;

  /** @param api where the API is at the moment */
  constructor(name: string, app: string, api: () => string) {
    this.over = this.call(name, app, api);
  }

  stop(): Promise<void> {
    this.calling = false;
    return this.over;
  }

  private async call(name: string, app: string, api: () => string): Promise<void> {
    const change = {
      optionType: 'option',
      optionId: 'newsletter',
      justification: 'consent',
      state: 'GRANTED',
    };
    for (let i = 0; this.calling; i += 1) {
      const body = { applicationId: app, externalRef: `${name}-${i}`, changes: [change] };
      const recorded = await this.ask(`${api()}/v1/permissions/transactions`, body);
      const id = (recorded as { deliveries?: { id: string }[] } | undefined)?.deliveries?.[0]?.id;
      if (id === undefined) continue;
      this.ids.push(id);
      const before = this.ids.at(-CALLERS) ?? id;
      const read = JSON.stringify(await this.ask(`${api()}/v1/deliveries/${before}`));
      if (read.includes('could not be decrypted')) this.trouble.push(read);
    }
  }

  private async ask(url: string, body?: object): Promise<unknown> {
    try {
      const response = await fetch(url, {
        method: body ? 'POST' : 'GET',
        headers: { 'x-api-key': service.key, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      if (response.ok) return await response.json();
      this.trouble.push(`${response.status} ${await response.text()}`);
    } catch (error) {
      this.trouble.push(error);
    }
    return {};
  }
}

describe('a change of the key under load', () => {
  it('loses nothing and refuses nothing, and the former key is not needed any more', async () => {
    const former = service.config.encryptionKey;
    const both = { CPM_ENCRYPTION_KEY: text(next), CPM_PREVIOUS_ENCRYPTION_KEYS: text(former) };
    // The first step of a change: each process learns to open what the next key will seal, as the API of this test does.
    const first = start('worker', {
      CPM_ENCRYPTION_KEY: text(former),
      CPM_PREVIOUS_ENCRYPTION_KEYS: text(next),
    });
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 200, body: 'a word of thanks' });
    await service.subscribe(app, receiver.url, {
      authentication: { authType: 'bearer', bearerAuth: { token: 'the-token-of-the-crm' } },
    });
    let api = service.url;
    const callers = Array.from({ length: CALLERS }, (_, n) => new Caller(`c-${n}`, app, () => api));
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(10));

    // The second: another worker seals with the next key. The API of this test still seals with the former one.
    start('worker', both);
    await eventually(async () => expect(await service.db.sealingKey.count()).toBe(2));
    const early = await run('rotate-encryption-key', both);
    expect(early.out).toMatch(/^Delivery 100 %, \d+ rows so far$/m);
    const [port = 0] = await freePorts(1);
    start('api', { ...both, CPM_PORT: String(port) });
    await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200));
    api = `http://127.0.0.1:${port}`;
    await end(first, 'SIGTERM');
    const before = receiver.received.length;
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(before + 10));

    // The third: nothing seals with the former key any more.
    const rotation = await run('rotate-encryption-key', both);
    expect([rotation.code, rotation.errors]).toEqual([0, '']);
    await Promise.all(callers.map((caller) => caller.stop()));
    expect(callers.flatMap(({ trouble }) => trouble)).toEqual([]);
    const ids = callers.flatMap((caller) => caller.ids);
    for (const id of ids) await service.untilStatus(id, 'delivered');
    const received = new Set(receiver.received.map(({ headers }) => headers['webhook-id']));
    expect(ids.filter((id) => !received.has(id))).toEqual([]);
    for (const { headers } of receiver.received)
      expect(headers.authorization).toBe('Bearer the-token-of-the-crm');

    const sealer = createSealer([next]);
    const stale: string[] = [];
    for (const { table, columns } of SEALED_TABLES) {
      for (const column of Object.keys(columns)) {
        const { rows } = await service.db.pool.query<{ sealed: string }>(
          `SELECT "${column}" AS sealed FROM "${table}" WHERE "${column}" IS NOT NULL`,
        );
        stale.push(...rows.filter(({ sealed }) => !sealer.isCurrent(sealed)).map(() => `${table}.${column}`));
      }
    }
    expect(stale).toEqual([]);
    report(`${ids.length} changes of ${CALLERS} callers while the key was changed, 0 refused, 0 lost`);
    const again = await run('rotate-encryption-key', { CPM_ENCRYPTION_KEY: text(next) });
    expect([again.code, again.errors]).toEqual([0, '']);
  });
});
