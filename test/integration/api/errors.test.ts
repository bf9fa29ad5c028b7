import { ERROR_CODES } from '../../../src/errors/codes';
import { FIELD_CODES } from '../../../src/errors/field-codes';
import { lockKey } from '../../../src/platform/idempotency-store';
import { newId } from '../../../src/platform/ids';
import { ApiRig, type Answer, type CallOptions } from '../../harness/api';

let api: ApiRig;

const PERSON = 'ada.lovelace@example.com';
const grant = { optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' };
const subscription = {
  applicationId: 'acme',
  name: 'CRM',
  url: 'https://example.com/hook',
  updateType: 'consent-receipts',
};

const put = (path: string, body: object): Promise<Answer> =>
  api.call('PUT', `/v1/applications/acme${path}`, { body });
const record = (changes: object, rest: object = {}): Promise<Answer> => {
  const body = { applicationId: 'acme', externalRef: PERSON, ...changes, ...rest };
  return api.call('POST', '/v1/consent-state', { body });
};

beforeAll(async () => {
  api = await ApiRig.start();
  await put('', { name: 'Acme' });
  for (const option of ['news', 'calls']) await put(`/options/${option}`, { name: option });
  await put('/option-groups/all', { name: 'All', optionIds: ['calls'] });
  const choices = ['red', 'blue'].map((reference) => ({ reference, label: reference }));
  await put('/preferences/colour', { label: 'Colour', type: 'single', choices });
  expect((await record({ changes: [grant] })).status).toBe(202);
});
afterAll(() => api.stop());

describe('every kind of refusal has its code', () => {
  const id = '01890000-0000-7000-8000-000000000000';
  const bodyOf = (body: unknown): CallOptions => ({ body });

  it.each<[number, string, string, string, CallOptions]>([
    [400, 'invalid_request', 'GET', '/v1/subscriptions?limit=0', {}],
    [400, 'unreadable_request', 'POST', '/v1/citizens', bodyOf('{')],
    [400, 'unreadable_request', 'GET', '/v1/subscriptions/%zz', {}],
    [400, 'invalid_encoding', 'GET', '/v1/subscriptions/%ff', {}],
    [401, 'unauthenticated', 'GET', '/v1/subscriptions', { headers: { 'x-api-key': 'wrong' } }],
    [404, 'path_not_found', 'GET', '/v1/nothing', {}],
    [404, 'not_found', 'GET', '/v1/subscriptions/nothing', {}],
    [405, 'method_not_allowed', 'PATCH', '/v1/deliveries', {}],
    [413, 'body_too_large', 'POST', '/v1/citizens', bodyOf({ name: 'x'.repeat(1_048_577) })],
    [
      415,
      'unsupported_media_type',
      'POST',
      '/v1/citizens',
      { body: 'x', headers: { 'content-type': 'text/plain' } },
    ],
    [403, 'session_required', 'GET', '/v1/administrators', {}],
    [
      403,
      'session_required',
      'PUT',
      '/v1/session/password',
      bodyOf({ currentPassword: 'x', newPassword: 'a long password' }),
    ],
    [404, 'application_not_found', 'GET', '/v1/applications/nope', {}],
    [404, 'option_not_found', 'GET', '/v1/applications/acme/options/nope', {}],
    [404, 'option_group_not_found', 'GET', '/v1/applications/acme/option-groups/nope', {}],
    [404, 'preference_not_found', 'GET', '/v1/applications/acme/preferences/nope', {}],
    [404, 'privacy_policy_not_found', 'GET', '/v1/applications/acme/privacy-policies/nope', {}],
    [404, 'permission_statement_not_found', 'GET', '/v1/applications/acme/permission-statements/nope', {}],
    [404, 'email_template_not_found', 'GET', '/v1/applications/acme/email-templates/double-opt-in/de', {}],
    [409, 'application_has_citizens', 'DELETE', '/v1/applications/acme', {}],
    [409, 'option_in_use', 'DELETE', '/v1/applications/acme/options/news', {}],
    [409, 'option_in_group', 'DELETE', '/v1/applications/acme/options/calls', {}],
    [404, 'citizen_not_found', 'GET', `/v1/citizens/${id}`, {}],
    [
      409,
      'external_ref_taken',
      'POST',
      '/v1/citizens',
      bodyOf({ applicationId: 'acme', externalRef: PERSON }),
    ],
    [404, 'opt_in_not_found', 'GET', `/v1/opt-ins/${id}`, {}],
    [404, 'subscription_not_found', 'GET', `/v1/subscriptions/${id}`, {}],
    [404, 'delivery_not_found', 'POST', `/v1/deliveries/${id}/retry`, {}],
  ])('%i %s: %s %s', async (status, code, method, path, options) => {
    const answer = await api.call(method, path, options);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.type).toBe(`/docs/errors#${code}`);
    expect(answer.body.detail).toMatch(/^[A-Z].*\.$/);
  });

  it('409 sender_missing: consent to be confirmed where nobody sends e-mails', async () => {
    const { status, body } = await record({ changes: [grant] }, { submitAsPending: true, email: PERSON });
    expect([status, body.code]).toEqual([409, 'sender_missing']);
  });

  it('409 for what the state of a subscription or its resync does not allow', async () => {
    const created = await api.call('POST', '/v1/subscriptions', { body: subscription });
    const path = `/v1/subscriptions/${created.body.id}`;
    const codeOf = async (action: string): Promise<unknown> => {
      const { status, body } = await api.call('POST', `${path}/${action}`);
      expect(status).toBe(409);
      return body.code;
    };
    expect(await codeOf('resync')).toBe('resync_not_supported');
    await api.call('PATCH', path, { body: { updateType: 'citizen-emails' } });
    const journal = await api.call('GET', `${path}/changes`);
    expect([journal.status, journal.body.code]).toEqual([409, 'journal_not_supported']);
    await api.call('PATCH', path, { body: { updateType: 'effective-permission', status: 'paused' } });
    expect(await codeOf('resync')).toBe('subscription_paused');
    expect(await codeOf('retry')).toBe('subscription_paused');
    await api.call('PATCH', path, { body: { status: 'active' } });
    const { body: resync } = await api.call('POST', `${path}/resync`);
    expect(await codeOf('resync')).toBe('resync_running');
    expect((await api.call('POST', `${path}/resyncs/${resync.id}/cancel`)).status).toBe(202);
    expect(await codeOf(`resyncs/${resync.id}/cancel`)).toBe('resync_finished');
    const unknown = await api.call('GET', `${path}/resyncs/${newId()}`);
    expect([unknown.status, unknown.body.code]).toEqual([404, 'resync_not_found']);
  });
});

describe('for a delivery, the code says why an action is refused', () => {
  let id: string;

  beforeAll(async () => {
    await api.call('POST', '/v1/subscriptions', { body: { ...subscription, name: 'Shop' } });
    const { body } = await record({ changes: [{ ...grant, state: 'DENIED' }] });
    id = body.deliveries[0].id;
  });

  it.each([
    ['delivered', 'retry', 'delivery_finished', 'The delivery is delivered already.'],
    ['cancelled', 'cancel', 'delivery_finished', 'The delivery is cancelled already.'],
    ['waiting', 'resend', 'delivery_unfinished', 'The delivery is waiting; it is still being delivered.'],
    ['expired', 'resend', 'email_not_resendable', 'An e-mail is never sent again; ask for a new one.'],
  ])('one that is %s: %s', async (status, action, code, detail) => {
    await api.db.delivery.update({ where: { id }, data: { status } });
    const answer = await api.call('POST', `/v1/deliveries/${id}/${action}`);
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([409, code, detail]);
  });

  const retry = async (status: string): Promise<unknown[]> => {
    await api.db.delivery.update({ where: { id }, data: { status } });
    const answer = await api.call('POST', `/v1/deliveries/${id}/retry`);
    return [answer.status, answer.body.code];
  };

  it('a retry of one that is paused, while its subscription is', async () => {
    const { subscriptionId } = await api.db.delivery.findUniqueOrThrow({ where: { id } });
    const path = `/v1/subscriptions/${subscriptionId}`;
    await api.call('PATCH', path, { body: { status: 'paused' } });
    expect(await retry('paused')).toEqual([409, 'subscription_paused']);
    await api.call('PATCH', path, { body: { status: 'active' } });
    expect(await retry('paused')).toEqual([202, undefined]);
  });

  it('a retry of one that is blocked, while another blocks it', async () => {
    const { body } = await record({ changes: [grant] });
    const blocking = id;
    id = body.deliveries[0].id;
    await api.db.delivery.update({ where: { id: blocking }, data: { status: 'waiting' } });
    expect(await retry('blocked')).toEqual([409, 'delivery_blocked']);
    await api.db.delivery.update({ where: { id: blocking }, data: { status: 'delivered' } });
    expect(await retry('blocked')).toEqual([202, undefined]);
    id = blocking;
  });
});

describe('a reference that the catalogue lacks is named, with its application', () => {
  it.each<[string, string, string, object]>([
    [
      'changes.0.optionId',
      'unknown_option',
      'option "nope" in application "acme"',
      { changes: [{ ...grant, optionId: 'nope' }] },
    ],
    [
      'changes.0.optionId',
      'unknown_option_group',
      'option group "nope" in application "acme"',
      { changes: [{ ...grant, optionType: 'group', optionId: 'nope' }] },
    ],
    [
      'privacyPolicyId',
      'unknown_privacy_policy',
      'privacy policy "nope" in application "acme"',
      { changes: [grant], privacyPolicyId: 'nope' },
    ],
    [
      'permissionStatementId',
      'unknown_permission_statement',
      'permission statement "nope" in application "acme"',
      { changes: [grant], permissionStatementId: 'nope' },
    ],
    [
      'preferences.0.preference',
      'unknown_preference',
      'preference "nope" in application "acme"',
      { preferences: [{ preference: 'nope', choices: [] }] },
    ],
    [
      'preferences.0.choices.0',
      'unknown_choice',
      'choice "green" of preference "colour" in application "acme"',
      { preferences: [{ preference: 'colour', choices: ['green'] }] },
    ],
    [
      'applicationId',
      'unknown_application',
      'application "nope"',
      { applicationId: 'nope', changes: [grant] },
    ],
  ])('%s: %s', async (path, code, named, body) => {
    const answer = await record(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    expect(answer.body.errors).toMatchObject([{ path, code, message: `there is no ${named}` }]);
  });

  it('also where a citizen is looked for by an id that nobody in the application has', async () => {
    const body = { applicationId: 'acme', citizenId: newId(), changes: [grant] };
    const answer = await api.call('POST', '/v1/permissions/transactions', { body });
    const message = 'there is no citizen with this id in application "acme"';
    expect(answer.body.errors).toMatchObject([{ path: 'citizenId', code: 'unknown_citizen', message }]);
  });

  it('also in a 404', async () => {
    const { body } = await api.call('GET', '/v1/applications/acme/options/nope');
    expect(body).toMatchObject({
      detail: 'There is no option "nope" in application "acme".',
      params: { id: 'nope', applicationId: 'acme' },
    });
  });

  it('but never the reference of a citizen', async () => {
    const unknown = `gone-${PERSON}`;
    const answers = [
      await api.call('GET', `/v1/permissions?applicationId=acme&externalRef=${encodeURIComponent(unknown)}`),
      await record({ changes: [grant] }, { externalRef: unknown, citizenId: newId() }),
      await api.call('POST', '/v1/citizens', { body: { applicationId: 'acme', externalRef: PERSON } }),
      await record({ changes: [{ ...grant, optionId: 'nope' }] }, { externalRef: unknown }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 400, 409, 400]);
    for (const { text } of answers) expect(text).not.toContain('ada.lovelace');
  });
});

it('while the first request with an idempotency key runs, a repetition learns when to try again', async () => {
  const { id: callerId } = await api.db.apiKey.findFirstOrThrow();
  const key = newId();
  await api.db.$transaction(async (tx) => {
    await lockKey(tx, { callerId, route: 'POST /v1/subscriptions', key });
    const { status, headers, body } = await api.call('POST', '/v1/subscriptions', {
      body: subscription,
      headers: { 'idempotency-key': key },
    });
    expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'idempotency_in_progress', '2']);
  });
});

describe('the codes are documented', () => {
  it('on a page of the service, where the type of each problem leads', async () => {
    const response = await fetch(`${api.url}/docs/errors`);
    const page = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    for (const code of [...Object.keys(ERROR_CODES), ...Object.keys(FIELD_CODES)])
      expect(page).toContain(`id="${code}"`);
    expect(page).not.toMatch(/<script|style=|https?:/);
  });

  it('in the OpenAPI document, with what each means', async () => {
    const { components } = (await (await fetch(`${api.url}/v1/openapi.json`)).json()) as {
      components: { schemas: Record<string, { enum: string[]; description: string; required: string[] }> };
    };
    const { ErrorCode, FieldCode, Problem, FieldProblem } = components.schemas;
    expect(ErrorCode?.enum).toEqual(Object.keys(ERROR_CODES));
    expect(FieldCode?.enum).toEqual(Object.keys(FIELD_CODES));
    expect(ErrorCode?.description).toContain(`\`option_in_use\`: ${ERROR_CODES.option_in_use.detail}`);
    expect(Problem?.required).toContain('code');
    expect(FieldProblem?.required).toEqual(['path', 'code', 'message']);
  });
});
