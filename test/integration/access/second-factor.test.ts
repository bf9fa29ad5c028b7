import { randomBytes } from 'node:crypto';
import { addAdministrator } from '../../../src/access/administrators';
import { halfLogIns } from '../../../src/access/half-log-in';
import { letIn } from '../../../src/access/password-links';
import { openSession } from '../../../src/access/sessions';
import { databaseNow } from '../../../src/platform/database';
import { createSealer } from '../../../src/platform/encryption';
import { resealAll } from '../../../src/platform/reseal';
import { ApiRig, type Answer } from '../../harness/api';
import { expectReasonsInWords } from '../../harness/audit-reasons';
import { outlive } from '../../harness/old-log-in';
import { OpenApi } from '../../harness/openapi';
import { quickHash } from '../../harness/passwords';
import { codeAt, STEP_MS } from '../../harness/totp';
import { Visitor } from '../../harness/visitor';
import { withClockAhead } from '../../harness/wrong-clock';

const PASSWORD = 'correct horse battery';
const NEXT_PASSWORD = 'seven quiet herons';
const key = randomBytes(32);

let api: ApiRig;

beforeAll(async () => {
  api = await ApiRig.start({ sealer: createSealer([key]) });
});
afterAll(() => api.stop());
beforeEach(() => api.db.throttle.deleteMany());

const codeOf = ({ status, body }: Answer): unknown => [status, body.errors?.[0]?.code ?? body.code];

/** Somebody with a password, and their browser. */
async function somebody(): Promise<{ id: string; email: string; visitor: Visitor }> {
  const email = `${randomBytes(4).toString('hex')}@example.com`;
  const { id } = await addAdministrator(api.db, {
    email,
    passwordHash: quickHash(PASSWORD),
    role: 'editor',
    applicationIds: null,
  });
  const visitor = new Visitor(api.url);
  await visitor.logIn(email, PASSWORD);
  return { id, email, visitor };
}

/** Somebody with a second factor, which was set up a while ago. */
async function withSecondFactor() {
  const person = await somebody();
  const { secret } = await begin(person.visitor);
  const confirmed = await confirm(person.visitor, codeAt(secret));
  expect(confirmed.status).toBe(200);
  await longAfter(person.id);
  return { ...person, secret, recoveryCodes: confirmed.body.recoveryCodes as string[] };
}

async function begin(visitor: Visitor): Promise<{ secret: string; url: string }> {
  const { status, body } = await visitor.call('POST', '/v1/session/second-factor', {
    body: { currentPassword: PASSWORD },
  });
  expect(status).toBe(201);
  return body as unknown as { secret: string; url: string };
}

const confirm = (visitor: Visitor, code: string): Promise<Answer> =>
  visitor.call('PUT', '/v1/session/second-factor', { body: { code } });

/** As if the latest code had been used minutes ago. */
const longAfter = (id: string) =>
  api.db.administrator.update({ where: { id }, data: { totpLastStep: { decrement: 10 } } });

/** A browser in which the password was right. */
async function half(email: string): Promise<Visitor> {
  const visitor = new Visitor(api.url);
  const { status, body, headers } = await visitor.logIn(email, PASSWORD);
  expect([status, body.state, headers.get('set-cookie')?.split('=')[0]]).toEqual([
    200,
    'second-factor',
    'cpm_log_in',
  ]);
  return visitor;
}

/** The second step, after which the browser has the session's cookie. */
async function enter(visitor: Visitor, code: string): Promise<Answer> {
  const answer = await visitor.call('POST', '/v1/session/code', { body: { code } });
  const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith('cpm_session='));
  if (session !== undefined) visitor.cookie = session.split(';')[0];
  return answer;
}

const stateOf = async (visitor: Visitor): Promise<unknown> =>
  (await visitor.call('GET', '/v1/session')).body.state;

describe('codes in these tests', () => {
  it('are those of RFC 6238', () => {
    expect(codeAt('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000)).toBe('287082');
    expect(codeAt('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 1_111_111_109_000)).toBe('081804');
  });
});

describe('a second factor', () => {
  it('is asked for once a code was right, and not before', async () => {
    const { email, visitor } = await somebody();
    const { secret, url } = await begin(visitor);
    expect(url).toBe(
      `otpauth://totp/CPM%20Webhooks:${encodeURIComponent(email)}?issuer=CPM%20Webhooks&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    );
    expect((await new Visitor(api.url).logIn(email, PASSWORD)).body.state).toBe('authenticated');
    expect(codeOf(await confirm(visitor, '000000'))).toEqual([400, 'wrong_code']);
    expect((await new Visitor(api.url).logIn(email, PASSWORD)).body.state).toBe('authenticated');
    const elsewhere = new Visitor(api.url);
    await elsewhere.logIn(email, PASSWORD);
    const { status, body } = await confirm(visitor, codeAt(secret));
    expect([status, new Set(body.recoveryCodes as string[]).size]).toEqual([200, 8]);
    expect([await stateOf(visitor), await stateOf(elsewhere)]).toEqual(['authenticated', 'anonymous']);
    const { body: shown } = await visitor.call('GET', '/v1/session/second-factor');
    expect(shown).toEqual({ since: expect.any(String) as unknown, recoveryCodesLeft: 8 });
    const waiting = await half(email);
    expect(await stateOf(waiting)).toBe('second-factor');
    expect((await waiting.call('GET', '/v1/administrators')).status).toBe(401);
  });

  it('is begun and ended by whoever knows the password, and stands only once', async () => {
    const { id, visitor, secret, email } = await withSecondFactor();
    const begun = (currentPassword: string) =>
      visitor.call('POST', '/v1/session/second-factor', { body: { currentPassword } });
    expect(codeOf(await begun('wrong'))).toEqual([400, 'wrong_password']);
    expect(codeOf(await begun(PASSWORD))).toEqual([409, 'second_factor_exists']);
    expect(codeOf(await confirm(visitor, codeAt(secret)))).toEqual([409, 'second_factor_exists']);
    const end = (currentPassword: string, code: string) =>
      visitor.call('POST', '/v1/session/second-factor/end', { body: { currentPassword, code } });
    expect(codeOf(await end('wrong', codeAt(secret)))).toEqual([400, 'wrong_password']);
    expect(codeOf(await end(PASSWORD, '000000'))).toEqual([400, 'wrong_code']);
    const { body: trail } = await api.call('GET', `/v1/audit-events?actor=${id}&limit=3`);
    expect(trail.items.map(({ action, reason }) => [action, reason])).toEqual([
      ['endSecondFactor', 'wrong_code'],
      ['endSecondFactor', 'wrong_password'],
      ['beginSecondFactor', 'wrong_password'],
    ]);
    expect((await end(PASSWORD, codeAt(secret))).status).toBe(204);
    expect((await new Visitor(api.url).logIn(email, PASSWORD)).body.state).toBe('authenticated');
    expect(codeOf(await end(PASSWORD, codeAt(secret)))).toEqual([409, 'second_factor_not_begun']);
    expect(codeOf(await confirm(visitor, codeAt(secret)))).toEqual([409, 'second_factor_not_begun']);
  });

  it('is nothing that an API key could have', async () => {
    expect((await api.call('GET', '/v1/session/second-factor')).status).toBe(403);
  });
});

describe('a code', () => {
  it('lets in once, after the password, and none of an earlier step does afterwards', async () => {
    const { email, secret, id } = await withSecondFactor();
    const visitor = await half(email);
    const code = codeAt(secret);
    const answer = await enter(visitor, code);
    expect([answer.status, answer.body]).toMatchObject([200, { state: 'authenticated', email }]);
    expect(await stateOf(visitor)).toBe('authenticated');
    for (const replayed of [code, codeAt(secret, Date.now() - 60_000)])
      expect(codeOf(await enter(await half(email), replayed))).toEqual([400, 'wrong_code']);
    await longAfter(id);
    const both = await Promise.all([half(email), half(email)]);
    const next = codeAt(secret);
    const answers = await Promise.all(both.map((each) => enter(each, next)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  const currentStep = async (): Promise<number> =>
    Math.floor((await databaseNow(api.db)).getTime() / STEP_MS);

  it('of a clock that is a step ahead or behind is right, and of one that is further off is not', async () => {
    for (;;) {
      const { email, secret, id } = await withSecondFactor();
      const visitors = await Promise.all([1, 2, 3, 4].map(() => half(email)));
      const step = await currentStep();
      const answers: Answer[] = [];
      // By the database's clock: this one is an hour fast.
      await withClockAhead(3_600_000, async () => {
        for (const [at, offset] of [-2, 2, -1, 1].entries())
          answers.push(await enter(visitors[at] as Visitor, codeAt(secret, (step + offset) * STEP_MS)));
      });
      if ((await currentStep()) !== step) continue;
      expect(answers.map(({ status }) => status)).toEqual([400, 400, 200, 200]);
      const { totpLastStep } = await api.db.administrator.findUniqueOrThrow({ where: { id } });
      expect(totpLastStep).toBe(step + 1);
      return;
    }
  });

  it('is of no use without the password, with another one by now, or ten minutes later', async () => {
    const { email, id, secret } = await withSecondFactor();
    expect(codeOf(await enter(new Visitor(api.url), codeAt(secret)))).toEqual([401, 'log_in_not_begun']);
    const visitor = await half(email);
    const { cookie } = visitor;
    outlive(visitor, halfLogIns, createSealer([key]));
    expect(await stateOf(visitor)).toBe('anonymous');
    expect(codeOf(await enter(visitor, codeAt(secret)))).toEqual([401, 'log_in_not_begun']);
    Object.assign(visitor, { cookie });
    expect(await withClockAhead(3_600_000, () => stateOf(visitor))).toBe('second-factor');
    await api.db.administrator.update({
      where: { id },
      data: { passwordHash: quickHash(NEXT_PASSWORD) },
    });
    expect(codeOf(await enter(visitor, codeAt(secret)))).toEqual([401, 'log_in_not_begun']);
  });

  it('is guessed ten times in an hour, from wherever, which locks out nobody without the password', async () => {
    const { email, secret } = await withSecondFactor();
    const visitor = await half(email);
    const guesses = await Promise.all(Array.from({ length: 12 }, () => enter(visitor, '000000')));
    expect(guesses.filter(({ status }) => status === 400)).toHaveLength(10);
    const refused = await enter(await half(email), codeAt(secret));
    expect([codeOf(refused), Number(refused.headers.get('retry-after')) > 3_500]).toEqual([
      [429, 'too_many_attempts'],
      true,
    ]);
    const { email: another, secret: theirs } = await withSecondFactor();
    expect((await enter(await half(another), codeAt(theirs))).status).toBe(200);
  });

  it('stands in the audit trail where it was right, and where it was wrong', async () => {
    const { email, id, secret } = await withSecondFactor();
    await enter(await half(email), '000000');
    await enter(await half(email), codeAt(secret));
    const { body } = await api.call('GET', `/v1/audit-events?actor=${id}&action=completeLogIn`);
    expect(body.items).toMatchObject([
      { actorKind: 'administrator', actorId: id, actorName: email, outcome: 'done' },
      { actorKind: 'administrator', actorId: id, actorName: email, outcome: 'refused', reason: 'wrong_code' },
    ]);
    await expectReasonsInWords(api.db);
  });
});

describe('a recovery code', () => {
  it('lets in once, however it is typed, and is stored as a hash', async () => {
    const { email, id, recoveryCodes, visitor } = await withSecondFactor();
    const [first = '', second = '', third = ''] = recoveryCodes;
    expect(first).toMatch(/^([a-z2-7]{4}-){5}[a-z2-7]{4}$/);
    const { recoveryCodeHashes } = await api.db.administrator.findUniqueOrThrow({ where: { id } });
    expect(recoveryCodeHashes.every((hash) => /^[0-9a-f]{64}$/.test(hash))).toBe(true);
    expect((await enter(await half(email), first)).status).toBe(200);
    expect(codeOf(await enter(await half(email), first))).toEqual([400, 'wrong_code']);
    const both = await Promise.all([half(email), half(email)]);
    const answers = await Promise.all(both.map((each) => enter(each, third)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    expect((await enter(await half(email), second.toUpperCase().replaceAll('-', ' '))).status).toBe(200);
    const { body } = await visitor.call('GET', '/v1/session/second-factor');
    expect(body.recoveryCodesLeft).toBe(5);
  });
});

describe('a second factor that is lost', () => {
  it('is taken away by an owner, which ends the sessions and is told in the audit trail', async () => {
    const { email, id, visitor } = await withSecondFactor();
    const listed = async (): Promise<unknown> =>
      (await api.asOwner('GET', '/v1/administrators?limit=100')).body.items.find((each) => each.id === id)
        ?.hasSecondFactor;
    expect(await listed()).toBe(true);
    const editor = await api.logIn('editor');
    expect((await editor.call('POST', `/v1/administrators/${id}/reset-second-factor`)).status).toBe(403);
    expect((await api.asOwner('POST', `/v1/administrators/${id}/reset-second-factor`)).status).toBe(204);
    expect([await listed(), await stateOf(visitor)]).toEqual([false, 'anonymous']);
    expect((await new Visitor(api.url).logIn(email, PASSWORD)).body.state).toBe('authenticated');
    const { body } = await api.call(
      'GET',
      `/v1/audit-events?action=resetSecondFactor&objectId=${id}&limit=1`,
    );
    expect(body.items).toMatchObject([{ actorKind: 'administrator', outcome: 'done' }]);
  });

  it('stays where only the password was lost, unless whoever runs the service makes the link', async () => {
    const { email, id } = await withSecondFactor();
    const use = (token: string, password: string) =>
      new Visitor(api.url).call('POST', '/v1/password-links/use', { body: { token, password } });
    const { body } = await api.asOwner('POST', `/v1/administrators/${id}/password-link`);
    expect((await use(String(body.token), PASSWORD)).status).toBe(204);
    await half(email);
    const { token } = await letIn(api.db, 'https://cpm.test', email);
    expect((await use(token, PASSWORD)).status).toBe(204);
    expect((await new Visitor(api.url).logIn(email, PASSWORD)).body.state).toBe('authenticated');
  });
});

describe('the secret', () => {
  it('is sealed where it is stored, is sealed anew when the key is changed, and stands in no log', async () => {
    const { id, secret, recoveryCodes } = await withSecondFactor();
    const stored = () => api.db.administrator.findUniqueOrThrow({ where: { id } });
    expect(JSON.stringify(await stored())).not.toContain(secret);
    const next = randomBytes(32);
    await resealAll(api.db, createSealer([next, key]), [next, key]);
    const { totpSecretSealed } = await stored();
    expect(createSealer([next]).open(totpSecretSealed ?? '', 'second-factor')).toBe(secret);
    for (const text of [secret, ...recoveryCodes]) expect(api.log()).not.toContain(text);
  });
});

describe('where a second factor is a must', () => {
  const ways = { passwords: true, secondFactorRequired: true, provider: undefined };
  let strict: ApiRig;
  beforeAll(async () => {
    strict = await ApiRig.start({ ways });
  });
  afterAll(() => strict.stop());

  const newcomer = async (more: object = {}): Promise<{ email: string; visitor: Visitor }> => {
    const email = `${randomBytes(4).toString('hex')}@example.com`;
    const account = {
      email,
      passwordHash: quickHash(PASSWORD),
      role: 'owner',
      applicationIds: null,
    } as const;
    const { id } = await addAdministrator(strict.db, account);
    await strict.db.administrator.update({ where: { id }, data: more });
    return { email, visitor: new Visitor(strict.url) };
  };

  it('whoever logs in by a password alone sets one up, and does nothing else before', async () => {
    const { email, visitor } = await newcomer();
    const { body } = await visitor.logIn(email, PASSWORD);
    expect(body).toMatchObject({
      state: 'second-factor-missing',
      email,
      logInBy: { secondFactorRequired: true },
    });
    const { operations } = await OpenApi.read(strict.url);
    const closed = operations.filter(({ security }) => security.length > 0);
    const open: string[] = [];
    for (const { operationId, method, path } of closed) {
      const target = path.replace(/\{\w+\}/g, 'x');
      const answer = await visitor.call(method.toUpperCase(), target, method === 'GET' ? {} : { body: {} });
      if (answer.body.code !== 'second_factor_required') open.push(operationId);
    }
    expect(closed.length).toBeGreaterThan(80);
    expect(open.toSorted()).toEqual(['beginSecondFactor', 'confirmSecondFactor', 'getSecondFactor']);
    const { secret } = await begin(visitor);
    expect((await confirm(visitor, codeAt(secret))).status).toBe(200);
    expect(await stateOf(visitor)).toBe('authenticated');
    expect((await visitor.call('GET', '/v1/administrators')).status).toBe(200);
  });

  it('it is not turned off again', async () => {
    const { email, visitor } = await newcomer();
    await visitor.logIn(email, PASSWORD);
    const { secret } = await begin(visitor);
    await confirm(visitor, codeAt(secret));
    const body = { currentPassword: PASSWORD, code: '000000' };
    expect(codeOf(await visitor.call('POST', '/v1/session/second-factor/end', { body }))).toEqual([
      403,
      'second_factor_required',
    ]);
  });

  it('keys and people from an identity provider do as they did', async () => {
    expect((await strict.call('GET', '/v1/applications')).status).toBe(200);
    const fromThere = { passwordHash: null, issuer: 'https://accounts.example.com', subject: 'ada' };
    const { email } = await newcomer(fromThere);
    const { id } = await strict.db.administrator.findUniqueOrThrow({ where: { email } });
    const { value } = await openSession(strict.db, id);
    const visitor = Object.assign(new Visitor(strict.url), { cookie: `cpm_session=${value}` });
    expect(await stateOf(visitor)).toBe('authenticated');
    expect((await visitor.call('GET', '/v1/administrators')).status).toBe(200);
  });
});
