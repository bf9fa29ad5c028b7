/** packages/client and packages/receiver as an integrator uses them, with the live service between them. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, ProblemError, type Client } from '../../packages/client/src';
import {
  createReceiver,
  type EffectivePermissions,
  type Keys,
  type Outcome,
  type Receiver,
} from '../../packages/receiver/src';
import { expressHandler } from '../../packages/receiver/src/express';
import { eventually, TestService } from '../harness/service';

let service: TestService;
let cpm: Client;
beforeAll(async () => {
  service = await TestService.start();
  cpm = createClient({ url: service.url, apiKey: service.key });
});
const servers: Server[] = [];
afterAll(async () => {
  servers.forEach((server) => server.close());
  await service.stop();
});

/** A receiver of the kit, on a port. It is given its keys once there is a subscription. */
async function receiverOfTheKit() {
  const held = new Map<string, EffectivePermissions>();
  const outcomes: Outcome[] = [];
  let receiver: Receiver | undefined;
  const recording: Receiver = {
    receive: async (request) => {
      const answer = await (receiver?.receive(request) ??
        Promise.resolve({ status: 503, outcome: 'failed' as const }));
      outcomes.push(answer.outcome);
      return answer;
    },
  };
  const handler = expressHandler(recording);
  const server = createServer((request, response) => void handler(request, response));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    outcomes,
    stateOf: (citizenId: string) => held.get(citizenId)?.permissions.map(({ state }) => state),
    know: (keys: Keys) => {
      receiver = createReceiver({
        keys,
        on: { 'effective-permission': ({ body }) => void held.set(body.citizenId, body) },
      });
    },
  };
}

const consent = (applicationId: string, externalRef: string, state: 'GRANTED' | 'DENIED') => ({
  ...{ applicationId, externalRef },
  changes: [
    { optionType: 'option' as const, optionId: 'newsletter', justification: 'consent' as const, state },
  ],
});

const subscription = (applicationId: string, url: string) => ({
  ...{ applicationId, url, name: 'CRM', updateType: 'effective-permission' as const },
});

describe('a receiver built from the kit', () => {
  it('follows a citizen, through a rotation of its secret, and drops what is sent again', async () => {
    const applicationId = await service.application();
    const crm = await receiverOfTheKit();
    const { id, signingSecret } = await cpm.post('/v1/subscriptions', {
      body: subscription(applicationId, crm.url),
    });
    crm.know({ secrets: signingSecret ?? '' });
    const test = await cpm.post('/v1/subscriptions/{id}/test', { path: { id } });
    expect([test.statusCode, crm.outcomes]).toEqual([204, ['test']]);
    const record = (state: 'GRANTED' | 'DENIED') =>
      cpm.post('/v1/permissions/transactions', { body: consent(applicationId, 'anna', state) });
    const { citizenId, deliveries } = await record('GRANTED');
    await eventually(() => expect(crm.stateOf(citizenId)).toEqual(['GRANTED']));
    const deliveryId = deliveries[0]?.id ?? '';
    await service.untilStatus(deliveryId, 'delivered');
    await cpm.post('/v1/deliveries/{id}/resend', { path: { id: deliveryId } });
    await eventually(() => expect(crm.outcomes).toEqual(['test', 'handled', 'known']));
    // It still knows the former secret alone.
    await cpm.post('/v1/subscriptions/{id}/rotate-signing-secret', { path: { id } });
    await record('DENIED');
    await eventually(() => expect(crm.stateOf(citizenId)).toEqual(['DENIED']));
    await cpm.delete('/v1/citizens/{id}', { path: { id: citizenId } });
    await eventually(() => expect(crm.stateOf(citizenId)).toEqual([]));
  });

  it('takes what is signed with the published key of its subscription', async () => {
    const applicationId = await service.application();
    const crm = await receiverOfTheKit();
    const { signingKey } = await cpm.post('/v1/subscriptions', {
      body: { ...subscription(applicationId, crm.url), signing: 'ed25519' },
    });
    crm.know({ jwks: `${service.url}/.well-known/jwks.json`, keyIds: [signingKey?.keyId ?? ''] });
    const { citizenId } = await cpm.post('/v1/permissions/transactions', {
      body: consent(applicationId, 'anna', 'GRANTED'),
    });
    await eventually(() => expect(crm.stateOf(citizenId)).toEqual(['GRANTED']));
    expect(crm.outcomes.at(-1)).toBe('handled');
  });
});

describe('the client', () => {
  it('does nothing twice where an answer is lost, or the service asks for a wait', async () => {
    const applicationId = await service.application();
    const seen: (string | null)[] = [];
    const troubled = createClient({
      ...{ url: `${service.url}/`, apiKey: service.key, retryWaitMs: 1 },
      fetch: async (input, init) => {
        const answer = await fetch(input, init);
        seen.push(new Headers(init?.headers).get('idempotency-key'));
        if (seen.length === 1) throw new TypeError('the connection was reset');
        if (seen.length === 2) return new Response('busy', { status: 503, headers: { 'retry-after': '0' } });
        return answer;
      },
    });
    const { citizenId } = await troubled.post('/v1/permissions/transactions', {
      body: consent(applicationId, 'anna', 'GRANTED'),
    });
    expect([seen.length, new Set(seen).size]).toEqual([3, 1]);
    const { total } = await cpm.get('/v1/citizens/{id}/changes', { path: { id: citizenId } });
    expect(total).toBe(1);
  });

  it('tells a refusal by its code and fields, and asks no second time', async () => {
    let asked = 0;
    const counting = createClient({
      ...{ url: service.url, apiKey: service.key },
      fetch: (...given) => {
        asked += 1;
        return fetch(...given);
      },
    });
    const refused = counting.post('/v1/permissions/transactions', {
      body: consent('nowhere', 'anna', 'GRANTED'),
    });
    const error = await refused.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ProblemError);
    expect(ProblemError.is(error, 'invalid_request')).toBe(true);
    expect(error).toMatchObject({ status: 400, errors: [{ path: 'applicationId' }] });
    expect((error as Error).message).toMatch(/^POST \/v1\/permissions\/transactions was answered 400: /);
    expect(asked).toBe(1);
  });

  it('gives up in the end, and at once where nobody waits for it any more', async () => {
    let asked = 0;
    const away = (retryAfter?: string): Client =>
      createClient({
        ...{ url: service.url, apiKey: service.key, retries: 2, retryWaitMs: 1, mostWaitMs: 5_000 },
        fetch: () => {
          asked += 1;
          return Promise.resolve(
            new Response(null, { status: 502, headers: retryAfter ? { 'retry-after': retryAfter } : {} }),
          );
        },
      });
    await expect(away().get('/v1/applications')).rejects.toMatchObject({ status: 502 });
    expect(asked).toBe(3);
    await expect(away('3600').get('/v1/applications')).rejects.toMatchObject({ retryAfterMs: 3_600_000 });
    expect(asked).toBe(4);
    const stop = new AbortController();
    const waiting = away('4').get('/v1/applications', { signal: stop.signal });
    await eventually(() => expect(asked).toBe(5));
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  it('goes through a list, and changes what somebody else changes at the same time', async () => {
    const applicationId = await service.application();
    const made: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      const body = { ...subscription(applicationId, 'http://127.0.0.1:1'), name };
      made.push((await cpm.post('/v1/subscriptions', { body })).id);
    }
    const listed: string[] = [];
    for await (const { id } of cpm.list('/v1/subscriptions', { query: { applicationId, limit: 2 } }))
      listed.push(id);
    expect(listed.sort()).toEqual(made.sort());

    const path = { id: made[0] as string };
    const { etag } = await cpm.tagged('/v1/subscriptions/{id}', { path });
    const append = (letter: string) =>
      cpm.change('patch', '/v1/subscriptions/{id}', { path }, ({ name }) => ({ name: name + letter }));
    await Promise.all(['x', 'y', 'z'].map(append));
    expect((await cpm.get('/v1/subscriptions/{id}', { path })).name).toMatch(/^\w+[xyz]{3}$/);
    await expect(
      cpm.patch('/v1/subscriptions/{id}', { path, body: { name: 'late' }, ifMatch: etag }),
    ).rejects.toMatchObject({ status: 412, code: 'changed_meanwhile' });
  });

  it('follows the journal from where it was, until it is told to stop', async () => {
    const applicationId = await service.application();
    const { id } = await cpm.post('/v1/subscriptions', {
      body: { ...subscription(applicationId, 'http://127.0.0.1:1'), status: 'paused' },
    });
    const record = async (externalRef: string) =>
      (
        await cpm.post('/v1/permissions/transactions', {
          body: consent(applicationId, externalRef, 'GRANTED'),
        })
      ).changeId;
    const changes = [await record('a'), await record('b'), await record('c')];
    let after: string | undefined;
    const read: string[] = [];
    for await (const { items, nextCursor } of cpm.journal(id, { limit: 2 })) {
      read.push(...items.map(({ changeId }) => changeId));
      after = nextCursor;
    }
    expect(read).toEqual(changes);
    const stop = new AbortController();
    const later = await record('d');
    const followed: string[] = [];
    const follow = async (): Promise<void> => {
      const options = { ...(after !== undefined && { after }), followEveryMs: 10, signal: stop.signal };
      for await (const { items } of cpm.journal(id, options)) {
        followed.push(...items.map(({ changeId }) => changeId));
        if (followed.length === 1) changes.push(await record('e'));
        if (followed.length === 2) stop.abort(new Error('enough'));
      }
    };
    await expect(follow()).rejects.toThrow('enough');
    expect(followed).toEqual([later, changes.at(-1)]);
  });
});
