/** Client certificates; and every secret of a subscription replaced while callers record changes: nothing is lost, nothing refused. */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Webhook } from 'standardwebhooks';
import { createAuthority } from '../harness/certificates';
import { end, spawnPartOf } from '../harness/part-process';
import { eventually, TestService } from '../harness/service';
import { startTlsReceiver, type Arrived, type TlsReceiver } from '../harness/tls-receiver';
import { startTokenServer, type TokenServer } from '../harness/token-server';

const [servers, clients, strangers] = ['servers', 'clients', 'strangers'].map(createAuthority);
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

async function receiver(statusOf?: (arrived: Arrived) => number): Promise<TlsReceiver> {
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

describe('under load from three callers', () => {
  it('the certificate, the signing secret and the access token are replaced, and nothing is lost or refused', async () => {
    const app = await service.application();
    const { url, arrived } = await receiver(({ headers }) =>
      tokens.valid.has(headers.authorization?.slice('Bearer '.length) ?? '') ? 200 : 401,
    );
    const created = await service.subscribe(app, url, {
      clientCertificate: clients?.issue('first'),
      authentication: { authType: 'oauth2', oauth2Auth: { tokenUrl: tokens.url, ...CLIENT } },
    });
    const secrets: string[] = [created.signingSecret as string];
    const ids: string[] = [];
    let over = false;
    const caller = async (name: string): Promise<void> => {
      for (let i = 0; !over; i += 1) {
        const { deliveries } = await service.consent(app, `${name}-${i}`, 'GRANTED');
        ids.push(deliveries[0]?.id ?? '');
      }
    };
    const rotate = async (): Promise<void> => {
      for (const name of ['second', 'third', 'fourth']) {
        await service.untilStatus(ids.at(-1) ?? '', 'delivered');
        await service.ok('PATCH', `/v1/subscriptions/${created.id}`, {
          clientCertificate: clients?.issue(name),
        });
        const rotated = await service.ok('POST', `/v1/subscriptions/${created.id}/rotate-signing-secret`, {});
        secrets.push(rotated.signingSecret as string);
        const asked = tokens.asked.length;
        while (tokens.asked.length === asked) await service.untilStatus(ids.at(-1) ?? '', 'delivered');
      }
      over = true;
    };
    const first = await service.consent(app, 'c-0', 'GRANTED');
    ids.push(first.deliveries[0]?.id ?? '');
    await service.untilStatus(ids[0] ?? '', 'delivered');
    await Promise.all([caller('a'), caller('b'), caller('c'), rotate()]);
    for (const id of ids) {
      const { attempts } = await service.untilStatus(id, 'delivered');
      expect(attempts.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['delivered']);
    }
    expect(new Set(arrived.map(({ headers }) => headers['webhook-id'])).size).toBe(ids.length);
    expect(new Set(arrived.map(({ from }) => from))).toEqual(new Set(['first', 'second', 'third', 'fourth']));
    for (const { headers, body } of arrived) {
      const verified = secrets.filter((secret) => isSignedWith(secret, body, headers));
      expect(verified.length).toBeGreaterThan(0);
    }
    expect(tokens.asked.length).toBeGreaterThanOrEqual(4);
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
