import { ApiRig, type Answer } from '../../harness/api';
import { linkOf } from '../../harness/confirm-link';
import { press, visit } from '../../harness/double-opt-in';

let rig: ApiRig;
beforeAll(async () => {
  rig = await ApiRig.start();
  await rig.call('PUT', '/v1/applications/shop', {
    body: { name: 'Shop', sender: { email: 'a@shop.example' } },
  });
  await rig.call('PUT', '/v1/applications/mute', { body: { name: 'No sender' } });
  for (const app of ['shop', 'mute']) {
    await rig.call('PUT', `/v1/applications/${app}/options/news`, { body: { name: 'News' } });
  }
});
afterAll(() => rig.stop());

const granted = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };

function submit(
  externalRef: string,
  rest: object = {},
  path = '/v1/permissions/transactions',
): Promise<Answer> {
  const body = { applicationId: 'shop', externalRef, submitAsPending: true, changes: [granted], ...rest };
  return rig.call('POST', path, { body });
}

const paths = ({ body }: Answer): string[] => body.errors.map(({ path }) => path);

describe('submitting as pending', () => {
  it('records PENDING until the link expires, and names the opt-in', async () => {
    const answer = await submit('a-1', { email: 'a-1@mail.example' });
    expect(answer.status).toBe(202);
    const optIn = await rig.call('GET', `/v1/opt-ins/${String(answer.body.optInId)}`);
    expect(optIn.body).toMatchObject({
      status: 'pending',
      transactionIds: answer.body.transactionIds,
      decisions: [],
    });
    const [transaction] = await rig.db.permissionTransaction.findMany({
      where: { changeId: answer.body.changeId },
    });
    expect(transaction).toMatchObject({ state: 'PENDING', validFrom: null });
    expect(transaction?.validUntil?.toISOString()).toBe(optIn.body.expiresAt);
  });

  it('ends no later than the submitted consent would', async () => {
    const validUntil = new Date(Date.now() + 60_000).toISOString();
    const answer = await submit('a-2', { email: 'a@mail.example', changes: [{ ...granted, validUntil }] });
    const [transaction] = await rig.db.permissionTransaction.findMany({
      where: { changeId: answer.body.changeId },
    });
    expect(transaction?.validUntil?.toISOString()).toBe(validUntil);
  });

  it('uses the stored address, of a citizen or of an earlier submission', async () => {
    await rig.call('POST', '/v1/citizens', {
      body: { applicationId: 'shop', externalRef: 'a-3', email: 'a-3@mail.example', locale: 'de' },
    });
    expect((await submit('a-3')).status).toBe(202);
    await submit('a-4', { email: 'a-4@mail.example' });
    expect((await submit('a-4')).status).toBe(202);
  });

  it('works in a consent state too, whose preferences count at once', async () => {
    await rig.call('PUT', '/v1/applications/shop/preferences/colour', {
      body: { label: 'Colour', type: 'single', choices: [{ reference: 'red', label: 'Red' }] },
    });
    const preferences = [{ preference: 'colour', choices: ['red'] }];
    const answer = await submit('a-5', { email: 'a@mail.example', preferences }, '/v1/consent-state');
    expect(answer.body).toMatchObject({
      submissionId: expect.any(String) as string,
      optInId: expect.any(String) as string,
    });
  });

  it.each<[string, object, string[]]>([
    ['without an address', {}, ['email']],
    ['of what is no address', { email: 'nobody' }, ['email']],
    ['of something denied', { changes: [{ ...granted, state: 'DENIED' }] }, ['changes.0.state']],
    [
      'of a claim',
      { changes: [{ ...granted, justification: 'contract', state: 'CLAIMED' }] },
      ['changes.0.justification', 'changes.0.state'],
    ],
    [
      'of what is over',
      { changes: [{ ...granted, validUntil: '2020-01-01T00:00:00Z' }] },
      ['changes.0.validUntil'],
    ],
    ['of one option twice', { changes: [granted, granted] }, ['changes.1.optionId']],
    ['of an option that is not there', { changes: [{ ...granted, optionId: 'x' }] }, ['changes.0.optionId']],
  ])('%s is refused', async (_, rest, fields) => {
    const email = fields.includes('email') ? {} : { email: 'b@mail.example' };
    const answer = await submit('b-1', { ...email, ...rest });
    expect([answer.status, paths(answer)]).toEqual([400, fields]);
  });

  it('obtained before what is in effect is refused: it could never be confirmed', async () => {
    const email = 'c@mail.example';
    await rig.call('POST', '/v1/permissions/transactions', {
      body: { applicationId: 'shop', externalRef: 'c-1', changes: [{ ...granted, state: 'DENIED' }] },
    });
    const answer = await submit('c-1', {
      email,
      changes: [{ ...granted, obtainedAt: '2020-01-01T00:00:00Z' }],
    });
    expect([answer.status, paths(answer)]).toEqual([400, ['changes.0.obtainedAt']]);
    expect(await rig.db.doubleOptIn.count({ where: { citizen: { externalRef: 'c-1' } } })).toBe(0);
  });

  it('is refused while the application has no sender', async () => {
    const answer = await submit('d-1', { applicationId: 'mute', email: 'd@mail.example' });
    expect(answer.status).toBe(409);
  });

  it('is what an address is taken for, and nothing else', async () => {
    const answer = await submit('e-1', { submitAsPending: false, email: 'e@mail.example' });
    expect([answer.status, paths(answer)]).toEqual([400, ['email']]);
  });

  it('twice at once makes one opt-in', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => submit('f-1', { email: 'f@mail.example' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
    expect(new Set(answers.map(({ body }) => body.optInId)).size).toBe(1);
  });
});

describe('an e-mail template', () => {
  const path = '/v1/applications/shop/email-templates/double-opt-in/de-AT';
  const template = {
    subject: 'Servus von {{ application.name }}',
    mjml: '<mjml><mj-body><mj-section><mj-column><mj-text>{{ confirmUrl }}</mj-text></mj-column></mj-section></mj-body></mjml>',
    text: '{{ confirmUrl }}',
  };
  /** Takes a second to find wrong; of another depth, since results are remembered. */
  const slow = (depth: number) => ({
    ...template,
    mjml: `<mjml><mj-body>${'<mj-wrapper>'.repeat(depth)}{{ confirmUrl }}</mj-body></mjml>`,
  });

  it('is stored, shown, listed and deleted', async () => {
    expect((await rig.call('GET', path)).status).toBe(404);
    const put = await rig.call('PUT', path, { body: template });
    expect(put.body).toMatchObject({ ...template, type: 'double-opt-in', locale: 'de-AT' });
    expect((await rig.call('PUT', path, { body: (await rig.call('GET', path)).body })).status).toBe(200);
    const list = await rig.call('GET', '/v1/applications/shop/email-templates');
    expect(list.body.items).toHaveLength(1);
    expect((await rig.call('DELETE', path)).status).toBe(204);
    expect((await rig.call('DELETE', path)).status).toBe(404);
  });

  it('that could not be rendered is refused with line and reason, and not stored', async () => {
    const broken = { ...template, text: 'Hello\n{{ confirmUrl }} {{ name }}' };
    for (const [method, target] of [
      ['PUT', path],
      ['POST', `${path}/preview`],
    ] as const) {
      const { status, body } = await rig.call(method, target, { body: broken });
      expect(status).toBe(400);
      const message = 'line 2: there is no variable name';
      expect(body.errors).toEqual([
        { path: 'text', code: 'invalid_template', message, params: { reason: message } },
      ]);
    }
    expect((await rig.call('GET', path)).status).toBe(404);
  });

  it('is checked, for as long as that takes, while no transaction is open', async () => {
    const refusals: number[] = [];
    const put = rig.call('PUT', path, { body: slow(1_500) }).then(({ status }) => void refusals.push(status));
    let looks = 0;
    for (; refusals.length === 0; looks += 1) {
      const open = await rig.db.$queryRaw<unknown[]>`
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`;
      expect(open).toEqual([]);
    }
    await put;
    expect(refusals).toEqual([400]);
    expect(looks).toBeGreaterThan(10);
  });

  it('is not stored for an application that was deleted while it was checked', async () => {
    await rig.call('PUT', '/v1/applications/brief', { body: { name: 'Brief' } });
    const before = rig.call('PUT', path, { body: slow(1_501) }); // one is checked at a time
    const put = rig.call('PUT', '/v1/applications/brief/email-templates/double-opt-in/de', {
      body: { ...template, mjml: template.mjml.replace('{{', 'Brief: {{') },
    });
    await rig.call('GET', path); // sent later and answered: the application has been looked for by now
    expect((await rig.call('DELETE', '/v1/applications/brief')).status).toBe(204);
    expect((await put).status).toBe(404);
    expect((await before).status).toBe(400);
  });

  it('is previewed with sample values', async () => {
    const { status, body } = await rig.call('POST', `${path}/preview`, { body: template });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      subject: 'Servus von Shop',
      text: 'https://consent.example.com/confirm/sample',
      html: expect.stringContaining('https://consent.example.com/confirm/sample') as string,
    });
  });

  it('has a known type, a locale and an application', async () => {
    const at = (rest: string): Promise<Answer> =>
      rig.call('PUT', `/v1/applications/${rest}`, { body: template });
    expect((await at('shop/email-templates/welcome/de')).status).toBe(400);
    expect((await at('shop/email-templates/double-opt-in/d!')).status).toBe(400);
    expect((await at('nowhere/email-templates/double-opt-in/de')).status).toBe(404);
    const broken = { ...template, text: 'no link' };
    const nowhere = '/v1/applications/nowhere/email-templates/double-opt-in/de';
    expect((await rig.call('PUT', nowhere, { body: broken })).status).toBe(404);
  });
});

describe('the confirm page', () => {
  it('leaves no token and no address in the log, whatever happens', async () => {
    const token = 'Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE';
    await fetch(`${rig.url}/confirm/${token}`);
    await fetch(`${rig.url}/confirm/${token}`, {
      method: 'POST',
      body: new URLSearchParams({ decision: 'confirmed', shown: '1' }),
    });
    await fetch(`${rig.url}/confirm/${token}`, {
      method: 'POST',
      body: 'x'.repeat(5_000),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    await submit('g-1', { email: 'somebody@mail.example', locale: 'de-LI' });
    expect(rig.log()).toContain('/confirm/{token}');
    for (const secret of [token, 'somebody@mail.example', 'de-LI']) expect(rig.log()).not.toContain(secret);
  });

  it('stops who tries tokens, with a page', async () => {
    let answer = new Response();
    for (let tries = 0; tries < 61; tries++) answer = await fetch(`${rig.url}/confirm/${'a'.repeat(43)}`);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(await answer.text()).toContain('<h1>Too many requests</h1>');
  });

  it('shows a valid link to its citizen, and takes the decision, where others have tried tokens from the same address', async () => {
    await rig.call('POST', '/v1/subscriptions', {
      body: {
        ...{ applicationId: 'shop', name: 'Mail', url: 'https://example.com' },
        updateType: 'citizen-emails',
      },
    });
    const { body } = await submit('h-1', { email: 'h-1@mail.example' });
    const url = await linkOf(rig, String(body.optInId));
    for (let tries = 0; tries < 61; tries++) {
      const method = tries % 2 === 0 ? 'GET' : 'POST';
      await fetch(`${rig.url}/confirm/${'b'.repeat(43)}`, { method });
    }
    expect((await fetch(`${rig.url}/confirm/${'c'.repeat(43)}`)).status).toBe(429);
    const page = await visit(url);
    expect([page.status, page.heading]).toEqual([200, 'Confirm your consent']);
    expect((await press(url, 'declined')).status).toBe(200);
    for (let times = 0; times < 70; times++) expect((await visit(url)).status).toBe(200);
  });
});
