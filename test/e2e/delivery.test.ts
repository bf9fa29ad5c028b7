import { Webhook } from 'standardwebhooks';
import { quickest } from '../harness/quickest';
import { bodyOf, eventually, TestService } from '../harness/service';

let service: TestService;
beforeAll(async () => {
  service = await TestService.start();
});
afterAll(() => service.stop());

const ENTRY_FIELDS = [
  ...[
    'transactionId',
    'optionType',
    'optionId',
    'justification',
    'state',
    'channel',
    'campaign',
    'privacyPolicyId',
  ],
  ...['privacyPolicyRef', 'permissionStatementId', 'permissionStatementRef', 'recordedBy', 'recordedByName'],
  ...['recordedClient', 'recordedClientName', 'delegatedAuthorityId', 'delegatedAuthorityName', 'recordedAt'],
  ...['obtainedAt', 'validFrom', 'validUntil'],
];

describe('a recorded change', () => {
  it('reaches an Effective Permissions subscription with the full state and a receipts one with what changed', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    const full = await service.subscribe(app, `${receiver.url}/full`, { updateType: 'effective-permission' });
    const delta = await service.subscribe(app, `${receiver.url}/delta`);
    await service.consent(app, 'c-1', 'GRANTED');
    await eventually(() => expect(receiver.received).toHaveLength(2));
    const second = await service.ok('POST', '/v1/consent-state', {
      applicationId: app,
      externalRef: 'c-1',
      changes: [{ optionType: 'option', optionId: 'profiling', justification: 'consent', state: 'DENIED' }],
      preferences: [{ preference: 'colour', choices: ['red'] }],
    });
    await eventually(() => expect(receiver.received).toHaveLength(4));
    const to = (path: string) => receiver.received.filter((webhook) => webhook.path === path);

    const [, state] = to('/full').map(bodyOf);
    expect(Object.keys(state)).toEqual([
      'applicationId',
      'citizenId',
      'externalRef',
      'permissions',
      'preferences',
      'sentAt',
    ]);
    expect(
      state.permissions.map((p: { optionId: string; state: string }) => [p.optionId, p.state]).sort(),
    ).toEqual([
      ['newsletter', 'GRANTED'],
      ['profiling', 'DENIED'],
    ]);
    expect(Object.keys(state.permissions[0])).toEqual(ENTRY_FIELDS);
    expect(state.preferences).toEqual([
      {
        preference: 'colour',
        choices: [{ reference: 'red', label: 'Red' }],
        label: 'Colour',
        submissionId: second.submissionId,
        updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      },
    ]);

    const [first, receipt] = to('/delta').map(bodyOf);
    expect(Object.keys(first)).toEqual([
      'applicationId',
      'citizenId',
      'externalRef',
      'permissions',
      'sentAt',
    ]);
    expect(receipt.permissions.map((p: { optionId: string }) => p.optionId)).toEqual(['profiling']);
    expect(receipt.preferences).toEqual(state.preferences);

    expect(to('/full')[1]?.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^cpm-webhooks\/\d+\.\d+\.\d+$/) as string,
      'webhook-id': second.deliveries.find((d: { subscriptionId: string }) => d.subscriptionId === full.id)
        .id as string,
      'x-cpm-update-type': 'effective-permission',
      'x-cpm-subscription-id': full.id as string,
      'x-cpm-change-id': second.changeId as string,
      'x-cpm-sequence': '2',
      'x-cpm-attempt': '1',
    });
    for (const [path, subscription] of [
      ['/full', full],
      ['/delta', delta],
    ] as const) {
      for (const { body, headers } of to(path)) {
        expect(new Webhook(subscription.signingSecret as string).verify(body, headers)).toEqual(
          JSON.parse(body),
        );
      }
    }
  });

  it('carries the API key in a header, or in the query beside the parameters of the URL, or a bearer token', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    const apiKeyAuth = { key: 'X-Secret Key', value: 'a&b=c d/ü' };
    const inQuery = { authType: 'api-key', apiKeyAuth: { location: 'query', ...apiKeyAuth } };
    const inHeader = {
      authType: 'api-key',
      apiKeyAuth: { location: 'header', key: 'X-Crm-Key', value: 'k-123456' },
    };
    await service.subscribe(app, `${receiver.url}/q?tenant=a%20b&tenant=2&flag`, { authentication: inQuery });
    await service.subscribe(app, `${receiver.url}/h`, { authentication: inHeader });
    await service.subscribe(app, `${receiver.url}/b`, {
      authentication: { authType: 'bearer', bearerAuth: { token: 't.o-k~e/n' } },
    });
    await service.subscribe(app, `${receiver.url}/n`);
    await service.consent(app, 'c-1', 'GRANTED');
    await eventually(() => expect(receiver.received).toHaveLength(4));
    const to = (path: string) => receiver.received.find((webhook) => webhook.path.startsWith(path));
    const query = new URL(to('/q')?.path ?? '', receiver.url);
    expect(to('/q')?.path.startsWith('/q?tenant=a%20b&tenant=2&flag&')).toBe(true);
    expect(query.searchParams.get('X-Secret Key')).toBe('a&b=c d/ü');
    expect(to('/h')?.headers['x-crm-key']).toBe('k-123456');
    expect(to('/b')?.headers.authorization).toBe('Bearer t.o-k~e/n');
    expect(to('/n')?.headers.authorization).toBeUndefined();
  });

  it('goes to the whole URL, whose secrets are neither shown nor stored in the clear', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    const [sig, token] = ['s3cr3t/of+the=query', 'kBaD4x0QmZ1yT7uVw2Xc9LpE'];
    const path = `/in/${token}?sig=${encodeURIComponent(sig)}&v=1`;
    receiver.behave((_, count) => ({
      kind: 'answer',
      status: count === 0 ? 500 : 200,
      body: JSON.stringify({ sig, token }),
      headers: { 'x-echo': path, location: `https://elsewhere.example/?code=0123456789` },
    }));
    const { id, url } = await service.subscribe(app, `${receiver.url}${path}`);
    expect(url).toBe(`${receiver.url}/in/***?sig=***&v=1`);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const { attempts } = await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    expect(receiver.received.map((webhook) => webhook.path)).toEqual([path, path]);
    for (const { responseHeaders, responseBody } of attempts) {
      expect(responseHeaders).toMatchObject({
        'x-echo': '/in/[redacted]?sig=[redacted]&v=1',
        location: 'https://elsewhere.example/?code=***',
      });
      expect(responseBody).toBe('{"sig":"[redacted]","token":"[redacted]"}');
    }
    const rows = JSON.stringify([
      await service.db.subscription.findMany({ where: { id: id as string } }),
      await service.db.attempt.findMany({ where: { subscriptionId: id as string } }),
    ]);
    for (const secret of [sig, encodeURIComponent(sig), token, 'x-echo', 'elsewhere'])
      expect(rows).not.toContain(secret);
  });

  it('that alters nothing in effect starts no delivery', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    await service.subscribe(app, receiver.url);
    await service.consent(app, 'c-1', 'DENIED');
    const backdated = await service.consent(app, 'c-1', 'GRANTED', {
      obtainedAt: '2020-01-01T00:00:00.000Z',
    });
    expect(backdated.deliveries).toEqual([]);
  });
});

describe('an endpoint that answers 500', () => {
  it.each([301, 302, 400, 404, 410, 429, 503])(
    'or %d is tried again: only a 2xx is a delivery',
    async (status) => {
      const app = await service.application();
      const receiver = await service.receiver();
      receiver.behave((_, count) =>
        count === 0
          ? { kind: 'answer', status, headers: { location: '/elsewhere' } }
          : { kind: 'answer', status: 200 },
      );
      await service.subscribe(app, receiver.url);
      const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
      const delivery = await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
      expect(delivery.attempts.map((a: { statusCode: number }) => a.statusCode)).toEqual([status, 200]);
      expect(receiver.received.map(({ path }) => path)).toEqual(['/', '/']);
    },
  );

  it('shows in the health of its subscription', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    const subscription = await service.subscribe(app, receiver.url);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    await service.untilStatus(deliveries[0]?.id ?? '', 'waiting');
    const { health } = await service.ok('GET', `/v1/subscriptions/${subscription.id}`);
    expect(health).toMatchObject({
      lastSuccessAt: null,
      lastError: 'HTTP 500',
      waiting: 1,
      skippedWhilePaused: 0,
      noAccessToken: null,
    });
    expect(health.lastFailureAt).not.toBeNull();
    expect(health.oldestWaitingAt).not.toBeNull();
  });
});

describe('rotating a credential while a delivery waits', () => {
  it('delivers it at once with the new one', async () => {
    const deliveredAfterMs = await quickest(2_000, async () => {
      const app = await service.application();
      const receiver = await service.receiver();
      receiver.behave((request) => ({
        kind: 'answer',
        status: request.headers.authorization === 'Bearer new-token' ? 200 : 401,
      }));
      const subscription = await service.subscribe(app, receiver.url, {
        authentication: { authType: 'bearer', bearerAuth: { token: 'old-token' } },
      });
      const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
      await service.untilStatus(deliveries[0]?.id ?? '', 'waiting');
      const before = Date.now();
      await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, {
        authentication: { bearerAuth: { token: 'new-token' } },
      });
      await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
      return Date.now() - before;
    });
    expect(deliveredAfterMs).toBeLessThan(2_000);
  });

  it('or with another header of its own, beside which its authentication stays', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave(({ headers }) => ({
      kind: 'answer',
      status: headers['x-tenant'] === 'tenant-b' ? 200 : 403,
      body: `${String(headers['x-tenant'])} is not known`,
    }));
    const { id } = await service.subscribe(app, receiver.url, {
      authentication: { authType: 'bearer', bearerAuth: { token: 't.o-k~e/n' } },
      headers: [{ name: 'X-Tenant', value: 'tenant-a' }],
    });
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const waiting = await service.untilStatus(deliveries[0]?.id ?? '', 'waiting');
    expect(waiting.attempts[0]).toMatchObject({
      requestHeaders: { 'X-Tenant': '[redacted]', authorization: '[redacted]' },
      responseBody: '[redacted] is not known',
    });
    await service.ok('PATCH', `/v1/subscriptions/${id}`, {
      headers: [{ name: 'X-Tenant', value: 'tenant-b' }],
    });
    await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    expect(receiver.received.at(-1)?.headers.authorization).toBe('Bearer t.o-k~e/n');
  });

  it('or moving the endpoint does so too', async () => {
    const app = await service.application();
    const [old, moved] = [await service.receiver(), await service.receiver()];
    old.behave({ kind: 'reset' });
    const subscription = await service.subscribe(app, old.url);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    await service.untilStatus(deliveries[0]?.id ?? '', 'waiting');
    await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { url: `${moved.url}/new` });
    await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    expect(moved.received).toHaveLength(1);
  });
});

describe('a paused subscription', () => {
  it('gets no delivery for what happens meanwhile, and goes on with what waited', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    const subscription = await service.subscribe(app, receiver.url);
    const before = await service.consent(app, 'c-1', 'GRANTED');
    await service.untilStatus(before.deliveries[0]?.id ?? '', 'waiting');
    await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { status: 'paused' });
    await service.untilStatus(before.deliveries[0]?.id ?? '', 'paused');
    const requestsBefore = receiver.received.length;
    receiver.behave({ kind: 'answer', status: 200 });
    const during = await service.consent(app, 'c-2', 'GRANTED');
    expect(during.deliveries).toEqual([]);
    expect(receiver.received).toHaveLength(requestsBefore);
    expect((await service.call('POST', `/v1/deliveries/${before.deliveries[0]?.id}/retry`)).status).toBe(409);
    await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { status: 'active' });
    await service.untilStatus(before.deliveries[0]?.id ?? '', 'delivered');
    const { health } = await service.ok('GET', `/v1/subscriptions/${subscription.id}`);
    expect(health.skippedWhilePaused).toBe(1);
    expect(receiver.received).toHaveLength(requestsBefore + 1);
  });

  it('is not told of a grant that a skipped withdrawal has overridden', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    const subscription = await service.subscribe(app, receiver.url);
    const granted = await service.ok('POST', '/v1/consent-state', {
      applicationId: app,
      externalRef: 'c-1',
      changes: [{ optionType: 'option', optionId: 'newsletter', justification: 'consent', state: 'GRANTED' }],
      preferences: [{ preference: 'colour', choices: ['red'] }],
    });
    const alone = await service.consent(app, 'c-2', 'GRANTED');
    await service.untilStatus(granted.deliveries[0].id as string, 'waiting');
    await service.untilStatus(alone.deliveries[0]?.id ?? '', 'waiting');
    await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { status: 'paused' });
    await service.consent(app, 'c-1', 'DENIED');
    await service.consent(app, 'c-2', 'DENIED');
    receiver.behave({ kind: 'answer', status: 200 });
    const requestsBefore = receiver.received.length;
    await service.ok('PATCH', `/v1/subscriptions/${subscription.id}`, { status: 'active' });
    await service.untilStatus(granted.deliveries[0].id as string, 'delivered');
    const superseded = await service.untilStatus(alone.deliveries[0]?.id ?? '', 'cancelled');
    expect(superseded.reason).toBe('superseded');
    const sent = receiver.received.slice(requestsBefore).map(bodyOf);
    expect(sent).toHaveLength(1);
    expect(sent[0]).not.toHaveProperty('permissions');
    expect(sent[0].preferences).toHaveLength(1);
  });
});

describe('deleting a subscription', () => {
  it('cancels what waits, in Temporal too', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    const subscription = await service.subscribe(app, receiver.url);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const id = deliveries[0]?.id ?? '';
    await service.untilStatus(id, 'waiting');
    expect((await service.call('DELETE', `/v1/subscriptions/${subscription.id}`)).status).toBe(204);
    expect(await service.delivery(id)).toMatchObject({ status: 'cancelled', reason: 'subscription deleted' });
    const { workflow } = await service.temporal();
    await eventually(async () => {
      expect((await workflow.getHandle(`delivery-${id}`).describe()).status.name).toBe('CANCELLED');
    });
    expect((await service.call('GET', `/v1/subscriptions/${subscription.id}`)).status).toBe(404);
  });
});

describe('an operator', () => {
  it('retries, cancels and sends again', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    await service.subscribe(app, receiver.url, { updateType: 'effective-permission' });
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const id = deliveries[0]?.id ?? '';
    await service.untilStatus(id, 'waiting');
    expect(receiver.received).toHaveLength(3);
    await service.ok('POST', `/v1/deliveries/${id}/retry`);
    await eventually(() => expect(receiver.received).toHaveLength(6));
    await service.untilStatus(id, 'waiting');
    expect((await service.call('POST', `/v1/deliveries/${id}/resend`)).status).toBe(409);
    await service.ok('POST', `/v1/deliveries/${id}/cancel`);
    expect((await service.delivery(id)).status).toBe('cancelled');
    receiver.behave({ kind: 'answer', status: 200 });
    await eventually(() => service.ok('POST', `/v1/deliveries/${id}/resend`));
    const again = await service.untilStatus(id, 'delivered');
    expect(again.attemptCount).toBe(7);
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(id);
    expect((await service.call('POST', `/v1/deliveries/${id}/cancel`)).status).toBe(409);
    expect((await service.call('POST', `/v1/deliveries/${id}/retry`)).status).toBe(409);
  });

  it('who cancels while a 2xx is in flight finds it delivered', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 200, delayMs: 800 });
    await service.subscribe(app, receiver.url);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const id = deliveries[0]?.id ?? '';
    await eventually(() => expect(receiver.received).toHaveLength(1));
    await service.ok('POST', `/v1/deliveries/${id}/cancel`);
    await service.untilStatus(id, 'delivered');
    expect(receiver.received).toHaveLength(1);
  });

  it('who cancels the workflow in Temporal cancels the delivery', async () => {
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 500 });
    await service.subscribe(app, receiver.url);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const id = deliveries[0]?.id ?? '';
    await service.untilStatus(id, 'waiting');
    await (await service.temporal()).workflow.getHandle(`delivery-${id}`).cancel();
    await service.untilStatus(id, 'cancelled');
  });
});
