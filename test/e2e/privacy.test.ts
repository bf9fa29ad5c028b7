/** Nothing personal or secret leaves the database but to the receiver it is meant for (rule `ids-only`). */
import pino from 'pino';
import { eventually, TestService } from '../harness/service';

const SECRETS = {
  apiKey: 'SecretKeyValue7f3a',
  bearer: 'SecretBearer9c2d',
  header: 'SecretHeader40aa',
  path: 'secret-path-51be',
  query: 'secret-query-88aa',
  externalRef: 'citizen-ref-d04c',
  campaign: 'secret-campaign-17f0',
  recordedBy: 'Secret Recorder 6b6b',
  answer: 'secret-answer-2e2e',
};

let service: TestService;
const logged: string[] = [];
let signingSecrets: string[] = [];
beforeAll(async () => {
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  service = await TestService.start({}, 1, { logger });
});
afterAll(() => service?.stop());

/** A service that has delivered, failed, been refused, cancelled, paused and resent, with something to hide everywhere. */
async function live(): Promise<void> {
  const app = await service.application();
  const receiver = await service.receiver();
  const url = `${receiver.url}/${SECRETS.path}?q=${SECRETS.query}`;
  const subscribe = (authentication: object, updateType: string) =>
    service.subscribe(app, url, {
      ...{ authentication, updateType },
      headers: [{ name: 'X-Tenant', value: SECRETS.header }],
    });
  const apiKeyAuth = { location: 'query', key: 'k', value: SECRETS.apiKey };
  const subscriptions = [
    await subscribe({ authType: 'api-key', apiKeyAuth }, 'effective-permission'),
    await subscribe(
      { authType: 'api-key', apiKeyAuth: { ...apiKeyAuth, location: 'header' } },
      'consent-receipts',
    ),
    await subscribe({ authType: 'bearer', bearerAuth: { token: SECRETS.bearer } }, 'consent-receipts'),
  ];
  signingSecrets = subscriptions.map(({ signingSecret }) => signingSecret as string);
  const record = async (state: string, externalRef = SECRETS.externalRef): Promise<string[]> => {
    const { deliveries } = await service.ok('POST', '/v1/consent-state', {
      ...{ applicationId: app, externalRef, campaign: SECRETS.campaign },
      recordedBy: { id: 'r-1', name: SECRETS.recordedBy },
      changes: [{ optionType: 'option', optionId: 'newsletter', justification: 'consent', state }],
      preferences: [{ preference: 'colour', choices: ['red'] }],
    });
    return (deliveries as { id: string }[]).map(({ id }) => id);
  };
  const all = async (ids: string[], status: string) => {
    for (const id of ids) await service.untilStatus(id, status);
  };
  const delivered = await record('GRANTED');
  await all(delivered, 'delivered');
  receiver.behave({
    kind: 'answer',
    status: 500,
    body: SECRETS.answer,
    headers: { 'x-why': SECRETS.answer },
  });
  const failing = await record('DENIED');
  await all(failing, 'waiting');
  receiver.behave({ kind: 'half' });
  await service.ok('POST', `/v1/deliveries/${failing[0]}/retry`);
  await eventually(async () => expect((await service.delivery(failing[0] ?? '')).cycle).toBe(2));
  await service.ok('POST', `/v1/deliveries/${failing[1]}/cancel`);
  await service.ok('PATCH', `/v1/subscriptions/${subscriptions[2].id}`, { status: 'paused' });
  await service.untilStatus(failing[2] ?? '', 'paused');
  receiver.behave({ kind: 'answer', status: 200, body: SECRETS.answer });
  await service.ok('POST', `/v1/deliveries/${delivered[0]}/resend`);
  await service.untilStatus(delivered[0] ?? '', 'delivered');
}

/** The refusals that callers get for requests which hold a secret in a wrong place. */
async function refusals(): Promise<string> {
  const answers = await Promise.all([
    service.call('POST', `/v1/subscriptions?x=${SECRETS.query}`, {
      url: `http://${SECRETS.path}`,
      token: SECRETS.bearer,
    }),
    service.call('GET', `/v1/deliveries/${SECRETS.path}`),
    service.call('GET', '/v1/subscriptions', undefined, { 'x-api-key': SECRETS.apiKey }),
    service.call('POST', '/v1/permissions/transactions', {
      applicationId: 'none',
      externalRef: SECRETS.externalRef,
    }),
    service.call('POST', '/v1/consent-state', SECRETS.externalRef),
  ]);
  for (const { status } of answers) expect(status).toBeGreaterThanOrEqual(400);
  return JSON.stringify(answers.map(({ body, headers }) => [body, [...headers]]));
}

describe('credentials, addresses and content', () => {
  it('stand in no workflow history, search attribute, memo, log line, metric or refusal', async () => {
    await live();
    const places: Record<string, string> = {
      refusals: await refusals(),
      metrics: await (await fetch(`${service.url}/metrics`)).text(),
    };
    const { workflow } = await service.temporal();
    const ids = (await service.db.delivery.findMany({ select: { id: true } })).map(({ id }) => id);
    for (const id of ids) {
      const handle = workflow.getHandle(`delivery-${id}`);
      const { events } = await handle.fetchHistory();
      expect(events?.length).toBeGreaterThan(2);
      places[`history of ${id}`] = decoded(events);
      places[`description of ${id}`] = decoded((await handle.describe()).raw);
    }
    await service.stopWorkers();
    places.log = logged.join('');
    expect(places.log).toContain('request');
    // The search finds what is there: ids.
    expect(places[`history of ${ids[0]}`]).toContain(ids[0]);

    const forbidden = [...Object.values(SECRETS), ...signingSecrets, service.key, service.config.databaseUrl];
    const spelled = forbidden.flatMap((secret) => [secret, encodeURIComponent(secret)]);
    const found = Object.entries(places).flatMap(([place, text]) =>
      spelled.filter((secret) => text.includes(secret)).map((secret) => `${secret} in ${place}`),
    );
    expect(found).toEqual([]);
  });
});

/** All of it as text, with what is bytes or base64 in it read too. */
function decoded(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    const bytes = bytesOf(member);
    if (bytes) return bytes.toString('utf8');
    return typeof member === 'string'
      ? `${member} ${Buffer.from(member, 'base64').toString('latin1')}`
      : member;
  });
}

/** A Buffer comes here as its own JSON form already. */
function bytesOf(member: unknown): Buffer | undefined {
  if (member instanceof Uint8Array) return Buffer.from(member);
  const { type, data } = (member ?? {}) as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data) ? Buffer.from(data as number[]) : undefined;
}
