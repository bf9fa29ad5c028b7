import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, TestService } from '../harness/service';

/** Longer than the slowest machine takes to begin a hundred requests: none of those held may time out meanwhile. */
const REQUEST_TIMEOUT_MS = 900_000;

let service: TestService;
let server: Server;
const held: ServerResponse[] = [];
let holding = true;
beforeAll(async () => {
  service = await TestService.start({ requestTimeoutMs: REQUEST_TIMEOUT_MS });
  server = createServer((request, response) => {
    request.resume();
    if (holding) held.push(response);
    else response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await service?.stop();
  server.closeAllConnections();
  server.close();
});

const sent = ({ durationMs }: { durationMs: number | null }): boolean => durationMs !== null;

describe('an origin with as many requests in flight as it is allowed', () => {
  it('spends no attempt of the others, which wait for a free place, and delays no other origin', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const app = await service.application();
    for (const path of ['/a', '/b']) await service.subscribe(app, url + path);
    const changes = await Promise.all(
      Array.from({ length: 70 }, (_, i) => service.consent(app, `c-${i}`, 'GRANTED')),
    );
    const ids = changes.flatMap(({ deliveries }) => deliveries.map(({ id }) => id));
    await eventually(() => expect(held).toHaveLength(100));

    const elsewhere = await service.application();
    const receiver = await service.receiver();
    await service.subscribe(elsewhere, receiver.url);
    const recordedAt = Date.now();
    await service.consent(elsewhere, 'c-1', 'GRANTED');
    await eventually(() => expect(receiver.received).toHaveLength(1));
    expect(Date.now() - recordedAt).toBeLessThan(60_000); // long before a place is free

    expect(held).toHaveLength(100);
    holding = false;
    held.splice(0).forEach((response) => response.end());
    for (const id of ids) {
      const { attempts } = await service.untilStatus(id, 'delivered');
      // On a machine that is slow just now, one that was not even sent is listed too.
      expect(attempts.filter(sent)).toMatchObject([{ statusCode: 200 }]);
    }
  });
});
