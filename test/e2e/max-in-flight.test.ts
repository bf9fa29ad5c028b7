import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestService } from '../harness/service';

const LIMIT = 3;
const CHANGES = 20;

let service: TestService;
let server: Server;
/** Long enough for more requests to come meanwhile, if they may. Milliseconds. */
const ANSWERS_AFTER_MS = 300;

let open = 0;
let mostAtOnce = 0;
beforeAll(async () => {
  service = await TestService.start({ requestTimeoutMs: 60_000 });
  server = createServer((request, response) => {
    request.resume();
    open += 1;
    mostAtOnce = Math.max(mostAtOnce, open);
    setTimeout(() => {
      open -= 1;
      response.end();
    }, ANSWERS_AFTER_MS);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await service?.stop();
  server.closeAllConnections();
  server.close();
});

describe('a subscription with a limit of requests in flight', () => {
  it('never gets more at once from a worker, and all in the end with one attempt each', async () => {
    const app = await service.application();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { id, maxInFlight } = await service.subscribe(app, url, { maxInFlight: LIMIT });
    expect(maxInFlight).toBe(LIMIT);
    const changes = await Promise.all(
      Array.from({ length: CHANGES }, (_, i) => service.consent(app, `c-${i}`, 'GRANTED')),
    );
    for (const { deliveries } of changes) {
      const { attempts } = await service.untilStatus(deliveries[0]?.id ?? '', 'delivered');
      // On a machine that is slow just now, one that was not even sent is listed too.
      const sent = attempts.filter(({ durationMs }: { durationMs: number | null }) => durationMs !== null);
      expect(sent).toMatchObject([{ statusCode: 200 }]);
    }
    expect(mostAtOnce).toBe(LIMIT);
    const patched = await service.ok('PATCH', `/v1/subscriptions/${id}`, { maxInFlight: 7 });
    expect(patched.maxInFlight).toBe(7);
    expect((await service.call('PATCH', `/v1/subscriptions/${id}`, { maxInFlight: 0 })).status).toBe(400);
  });
});
