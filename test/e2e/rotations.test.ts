/** Client certificates; and every secret of a subscription replaced while callers record changes: nothing is lost, nothing refused. */
import type { ChildProcess } from 'node:child_process';
import type { JsonWebKey } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { createAuthority } from '../harness/certificates';
import { isGenuine, type SignedRequest } from '../harness/message-signatures';
import { end, spawnPartOf } from '../harness/part-process';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';
import { startTlsReceiver, type Arrived, type TlsReceiver } from '../harness/tls-receiver';
import { startTokenServer, type TokenServer } from '../harness/token-server';

const [servers, clients, strangers] = ['servers', 'clients', 'strangers'].map((name) =>
  createAuthority(name),
);
const folder = mkdtempSync(path.join(tmpdir(), 'cpm-certificates-'));
const CLIENT = { clientId: 'consent-webhooks', clientSecret: 'secret-of-the-client' };

let service: TestService;
let workers: ChildProcess[];
let tokens: TokenServer;
const receivers: TlsReceiver[] = [];
beforeAll(async () => {
  const authorities = path.join(folder, 'authorities.pem');
  writeFileSync(authorities, servers?.certificate ?? '');
  service = await TestService.start({}, 0);
  workers = [1, 2].map(() => spawnPartOf(service, 'worker', { NODE_EXTRA_CA_CERTS: authorities }));
  tokens = await startTokenServer({ ...CLIENT, livesSeconds: 3 });
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => end(worker, 'SIGTERM')));
  await Promise.all([tokens, ...receivers].map((server) => server.close()));
  await service.stop();
  rmSync(folder, { recursive: true });
});

async function receiver(statusOf?: (arrived: Arrived) => number | Promise<number>): Promise<TlsReceiver> {
  const own = servers?.issue('receiver');
  if (!own || !clients) throw new Error('no authority');
  const started = await startTlsReceiver(own, clients.certificate, statusOf);
  receivers.push(started);
  return started;
}

describe('a client certificate', () => {
  it('is shown to an endpoint that asks for one; without it, or with another, nothing is delivered', async () => {
    const app = await service.application();
    const { url, arrived } = await receiver();
    const clientCertificate = clients?.issue('consent-webhooks');
    const { id } = await service.subscribe(app, url);
    const { deliveries } = await service.consent(app, 'c-1', 'GRANTED');
    const waiting = await service.untilStatus(deliveries[0]?.id ?? '', 'waiting');
    expect(waiting.lastError).toBe('the endpoint asks for a client certificate');
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { clientCertificate: strangers?.issue('stranger') });
    await eventually(async () => {
      const { cycle, status } = await service.delivery(deliveries[0]?.id ?? '');
      expect([cycle, status]).toEqual([2, 'waiting']);
    });
    expect(arrived).toEqual([]);
    await service.ok('PATCH', `/v1/subscriptions/${id}`, { clientCertificate });
    await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
    expect(arrived.map(({ from }) => from)).toEqual(['consent-webhooks']);
  });
});

/** The public keys that a receiver has found, as JWKs by their ids. It looks for others when it can't verify by those. */
class KnownKeys {
  private keys: Record<string, JsonWebKey> = {};

  /** How often it has looked. */
  looked = 0;

  async verify(request: SignedRequest): Promise<boolean> {
    if (await isGenuine(request, this.keys)) return true;
    this.looked += 1;
    const { keys } = (await (await fetch(`${service.url}/.well-known/jwks.json`)).json()) as {
      keys: (JsonWebKey & { kid: string })[];
    };
    this.keys = Object.fromEntries(keys.map((key) => [key.kid, key]));
    return isGenuine(request, this.keys);
  }
}

describe('under load from three callers', () => {
  it('certificate, access token, signing secret and signing key are replaced, and nothing is lost or refused', async () => {
    const app = await service.application();
    let knownSecret = '';
    const bySecret = await receiver(({ headers, body }) => {
      const token = headers.authorization?.slice('Bearer '.length) ?? '';
      return tokens.valid.has(token) && isSignedWith(knownSecret, body, headers) ? 200 : 401;
    });
    const knownKeys = new KnownKeys();
    const byKey = await receiver(async (arrived) =>
      (await knownKeys.verify({ ...arrived, url: byKey.url })) ? 200 : 401,
    );
    const subscriptions = [
      await service.subscribe(app, bySecret.url, {
        clientCertificate: clients?.issue('first'),
        authentication: { authType: 'oauth2', oauth2Auth: { tokenUrl: tokens.url, ...CLIENT } },
      }),
      await service.subscribe(app, byKey.url, {
        clientCertificate: clients?.issue('first'),
        signing: 'ed25519',
      }),
    ];
    knownSecret = subscriptions[0].signingSecret as string;

    const ids: string[] = [];
    let over = false;
    const caller = async (name: string): Promise<void> => {
      for (let i = 0; !over; i += 1) {
        const { deliveries } = await service.consent(app, `${name}-${i}`, 'GRANTED');
        ids.push(...deliveries.map(({ id }) => id));
      }
    };
    const aDelivery = () => service.untilStatus(ids.at(-1) ?? '', 'delivered');
    const rotate = async (): Promise<void> => {
      await eventually(() => expect(ids.length).toBeGreaterThan(0));
      for (const name of ['second', 'third', 'fourth']) {
        await aDelivery();
        const rotated: { signingSecret: string | null }[] = [];
        for (const { id } of subscriptions) {
          await service.ok('PATCH', `/v1/subscriptions/${id}`, { clientCertificate: clients?.issue(name) });
          rotated.push(await service.ok('POST', `/v1/subscriptions/${id}/rotate-signing-secret`, {}));
        }
        const asked = tokens.asked.length;
        while (tokens.asked.length === asked) await aDelivery();
        // Receivers are told of a secret by hand, and so much later.
        knownSecret = rotated[0]?.signingSecret ?? '';
      }
      over = true;
    };
    await Promise.all([caller('a'), caller('b'), caller('c'), rotate()]);

    for (const id of ids) {
      const { attempts } = await service.untilStatus(id, 'delivered');
      expect(attempts).toMatchObject([{ outcome: 'delivered', statusCode: 200 }]);
    }
    const arrived = [...bySecret.arrived, ...byKey.arrived];
    expect(new Set(arrived.map(({ headers }) => headers['webhook-id'])).size).toBe(ids.length);
    for (const each of [bySecret, byKey])
      expect(new Set(each.arrived.map(({ from }) => from))).toEqual(
        new Set(['first', 'second', 'third', 'fourth']),
      );
    expect(tokens.asked.length).toBeGreaterThanOrEqual(4);
    expect(knownKeys.looked).toBeGreaterThanOrEqual(2);
    report(`${ids.length} webhooks of 3 callers, 3 changes of each: 0 lost, 0 refused`);
  });
});

function isSignedWith(secret: string, body: string, headers: Readonly<Record<string, string>>): boolean {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
}
