/** Webhooks that carry access tokens of an OAuth 2.0 server (rules `one-token-request`, `our-trouble-spends-no-attempt`). */
import pino from 'pino';
import type { Receiver } from '../../tools/receiver/receiver';
import { eventually, TestService } from '../harness/service';
import { startTokenServer, type TokenServer, type TokenServerOptions } from '../harness/token-server';

const CLIENT = { clientId: 'consent webhooks', clientSecret: 'secret/of+the client' };
/** As the standard has it in the header (RFC 6749 §2.3.1). */
const ENCODED = { clientId: 'consent+webhooks', clientSecret: 'secret%2Fof%2Bthe+client' };

let service: TestService;
const logged: string[] = [];
const servers: TokenServer[] = [];
beforeAll(async () => {
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  service = await TestService.start({}, 2, { logger });
});
afterAll(async () => {
  await service.stop();
  await Promise.all(servers.map((server) => server.close()));
});

/** An application whose receiver takes what carries a valid token. */
async function setUp(
  options: Partial<TokenServerOptions> = {},
  oauth2: object = {},
): Promise<{ app: string; server: TokenServer; receiver: Receiver; id: string }> {
  const server = await startTokenServer({ ...ENCODED, ...options });
  servers.push(server);
  const [app, receiver] = [await service.application(), await service.receiver()];
  receiver.behave(({ headers }) => {
    const token = headers.authorization?.replace('Bearer ', '') ?? '';
    return { kind: 'answer', status: server.valid.has(token) ? 200 : 401, body: `${token} is what you sent` };
  });
  const { id } = await service.subscribe(app, receiver.url, {
    authentication: { authType: 'oauth2', oauth2Auth: { tokenUrl: server.url, ...CLIENT, ...oauth2 } },
  });
  return { app, server, receiver, id };
}

const send = async (app: string, externalRef = 'c-1'): Promise<string> =>
  (await service.consent(app, externalRef, 'GRANTED')).deliveries[0]?.id ?? '';

describe('an access token', () => {
  it('is asked for once for 50 deliveries and two workers, with what the subscription says', async () => {
    const { app, server, receiver } = await setUp(
      { takesMs: 500 },
      { scope: 'webhooks.write read', audience: 'https://crm.example' },
    );
    const ids = await Promise.all(Array.from({ length: 50 }, (_, i) => send(app, `c-${i}`)));
    for (const id of ids) await service.untilStatus(id, 'delivered');
    expect(server.asked.map((body) => Object.fromEntries(body))).toEqual([
      { grant_type: 'client_credentials', scope: 'webhooks.write read', audience: 'https://crm.example' },
    ]);
    expect(receiver.received.map(({ answered }) => answered)).toEqual(ids.map(() => 200));
    expect(receiver.received.every(({ headers }) => headers['x-cpm-attempt'] === '1')).toBe(true);
  });

  it('is asked for again before it ends, so that none is refused', async () => {
    const { app, server, receiver } = await setUp({ livesSeconds: 2 });
    for (let i = 0; server.asked.length < 4; i += 1)
      await service.untilStatus(await send(app, `c-${i % 5}`), 'delivered');
    expect(receiver.received.map(({ answered }) => answered)).not.toContain(401);
  });

  it('outlives the workers', async () => {
    const { app, server } = await setUp();
    await service.untilStatus(await send(app), 'delivered');
    await service.stopWorkers();
    await service.addWorker();
    await service.addWorker();
    await service.untilStatus(await send(app), 'delivered');
    expect(server.asked).toHaveLength(1);
  });

  it('that is refused is replaced once, before the attempt counts', async () => {
    const { app, server, receiver } = await setUp();
    await service.untilStatus(await send(app), 'delivered');
    server.revoke();
    const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => send(app, `c-${i}`)));
    for (const id of ids) {
      const { attempts } = await service.untilStatus(id, 'delivered');
      expect(attempts).toMatchObject([{ attempt: 1, outcome: 'delivered', statusCode: 200 }]);
    }
    expect(server.asked).toHaveLength(2);
    expect(receiver.received.filter(({ answered }) => answered === 200)).toHaveLength(11);
  });

  it('that is refused though it is new is a failure of the receiver, and no reason to ask over and over', async () => {
    const { app, server, receiver } = await setUp();
    receiver.behave({ kind: 'answer', status: 401 });
    const { attempts, lastError } = await service.untilStatus(await send(app), 'waiting');
    expect(attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'failed',
      'failed',
      'failed',
    ]);
    expect(lastError).toBe('HTTP 401');
    expect(server.asked.length).toBeLessThanOrEqual(3);
  });
});

describe('a token endpoint that is of no use', () => {
  it.each([
    [
      'close',
      'the token endpoint was not reached: connection closed by the endpoint without an answer',
      ['token_unreachable', 'closed_without_answer'],
    ],
    ['break', 'the token endpoint answered HTTP 503', ['token_http_status']],
    ['refuse', 'the token endpoint refused: invalid_client (HTTP 401)', ['token_refusal']],
  ] as const)('spends no attempt, and is told of: %s', async (behaviour, error, codes) => {
    const { app, server, receiver, id } = await setUp();
    server.behave(behaviour);
    const delivery = await send(app);
    const errorCodes = codes.map((code) => expect.objectContaining({ code }) as unknown);
    const told = {
      error,
      errorCodes,
      since: expect.any(String) as unknown,
      nextTryAt: expect.any(String) as unknown,
    };
    await eventually(async () => expect((await service.delivery(delivery)).noAccessToken).toEqual(told));
    expect(await service.delivery(delivery)).toMatchObject({
      status: 'pending',
      attemptCount: 0,
      attempts: [],
    });
    const { health } = await service.ok('GET', `/v1/subscriptions/${id}`);
    expect(health).toMatchObject({ lastFailureAt: null, lastError: null, waiting: 1, noAccessToken: told });

    server.behave('give');
    const { attempts, noAccessToken } = await service.untilStatus(delivery, 'delivered');
    expect([attempts.length, noAccessToken]).toEqual([1, null]);
    expect(receiver.received.map(({ headers }) => headers['x-cpm-attempt'])).toEqual(['1']);
    expect((await service.ok('GET', `/v1/subscriptions/${id}`)).health.noAccessToken).toBeNull();
  });

  it('when a token is refused spends no attempt either', async () => {
    const { app, server, receiver } = await setUp();
    await service.untilStatus(await send(app), 'delivered');
    server.revoke();
    server.behave('break');
    const id = await send(app, 'c-2');
    const error = 'the endpoint refused the access token (HTTP 401); the token endpoint answered HTTP 503';
    await eventually(async () =>
      expect((await service.delivery(id)).attempts[0]).toMatchObject({ outcome: 'given-back', error }),
    );
    server.behave('give');
    const { cycle } = await service.untilStatus(id, 'delivered');
    expect(cycle).toBe(1);
    // The other worker may have tried the old token too.
    const refused = receiver.received.slice(1, -1).map(({ answered }) => answered);
    expect([[401], [401, 401]]).toContainEqual(refused);
    const numbers = receiver.received.slice(1).map(({ headers }) => Number(headers['x-cpm-attempt']));
    // An attempt whose token is refused is made again with a new one, and stays the same attempt.
    const attempts = [...new Set(numbers)];
    expect(attempts).toEqual(attempts.map((_, i) => i + 1));
    expect(numbers).toHaveLength(refused.length + 1);
  });

  it('has its settings mended at once', async () => {
    const { app, server, id } = await setUp({}, { clientSecret: 'a-wrong-secret' });
    const delivery = await send(app);
    await eventually(async () => expect((await service.delivery(delivery)).noAccessToken).not.toBeNull());
    await service.ok('PATCH', `/v1/subscriptions/${id}`, {
      authentication: { oauth2Auth: { clientSecret: CLIENT.clientSecret } },
    });
    await service.untilStatus(delivery, 'delivered');
    expect(server.valid.size).toBe(1);
  });
});

it('a refresh token that its server replaces is stored, also for workers that start later', async () => {
  const { app, server } = await setUp(
    { refreshToken: 'the-first-refresh-token' },
    { refreshToken: 'the-first-refresh-token' },
  );
  for (let i = 0; i < 3; i += 1) {
    await service.untilStatus(await send(app), 'delivered');
    server.revoke();
    await service.stopWorkers();
    await service.addWorker();
    await service.addWorker();
  }
  expect(server.asked.map((body) => body.get('grant_type'))).toEqual(Array(3).fill('refresh_token'));
  expect(new Set(server.asked.map((body) => body.get('refresh_token'))).size).toBe(3);
});

it('a server that looks for the client in the body is asked there, and from then on at once', async () => {
  const { app, server } = await setUp({ ...CLIENT, clientAuth: 'post' });
  await service.untilStatus(await send(app), 'delivered');
  server.revoke();
  await service.untilStatus(await send(app), 'delivered');
  expect(server.asked.map((body) => body.get('client_secret'))).toEqual([
    null,
    CLIENT.clientSecret,
    CLIENT.clientSecret,
  ]);
});

describe('a test of the endpoint', () => {
  it('carries the stored token, or one for what is not saved yet', async () => {
    const { app, server, receiver, id } = await setUp();
    await service.untilStatus(await send(app), 'delivered');
    expect(await service.ok('POST', `/v1/subscriptions/${id}/test`)).toMatchObject({ delivered: true });
    expect(server.asked).toHaveLength(1);
    server.revoke();
    expect(await service.ok('POST', `/v1/subscriptions/${id}/test`)).toMatchObject({ delivered: true });
    const draft = {
      ...{ id, applicationId: app, url: receiver.url, name: 'CRM', updateType: 'consent-receipts' },
      authentication: {
        authType: 'oauth2',
        oauth2Auth: { tokenUrl: server.url, clientId: CLIENT.clientId, scope: 'another' },
      },
    };
    expect(await service.ok('POST', '/v1/subscriptions/test', draft)).toMatchObject({ delivered: true });
    server.behave('refuse');
    expect(await service.ok('POST', '/v1/subscriptions/test', draft)).toMatchObject({
      delivered: false,
      statusCode: null,
      error: 'the token endpoint refused: invalid_client (HTTP 401)',
    });
  });
});

it('nothing secret of it stands in answers, histories, logs or plain columns', async () => {
  const secrets = [...Object.values(CLIENT), ...servers.flatMap(({ given }) => given)].slice(1);
  expect(secrets.length).toBeGreaterThan(10);
  const { workflow } = await service.temporal();
  const deliveries = await service.db.delivery.findMany({ select: { id: true } });
  const places: string[] = [logged.join('')];
  for (const { id } of deliveries.slice(-10)) {
    places.push(JSON.stringify(await service.delivery(id)));
    const { events } = await workflow.getHandle(`delivery-${id}`).fetchHistory();
    places.push(JSON.stringify(events), Buffer.from(JSON.stringify(events)).toString());
  }
  places.push(JSON.stringify(await service.ok('GET', '/v1/subscriptions?limit=100')));
  places.push(JSON.stringify(await service.db.subscription.findMany()));
  places.push(JSON.stringify(await service.db.accessToken.findMany()));
  places.push(JSON.stringify(await service.db.attempt.findMany()));
  for (const place of places) for (const secret of secrets) expect(place).not.toContain(secret);
});
