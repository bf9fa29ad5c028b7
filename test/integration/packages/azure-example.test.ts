/** docs/examples/azure-function, with PostgreSQL and a server in place of what it forwards to. What runs functions at Azure is stood in for. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Pool } from 'pg';
import { z } from 'zod';
import { CopiedExample, type RunningExample } from '../../harness/examples';
import { freePorts } from '../../harness/free-ports';
import { startTestPostgres, type TestPostgres } from '../../harness/stack';
import { VendorApi } from '../../harness/vendor-api';

/** Serves the function that is registered with it, with what `HttpRequest` has of a `Request`. */
const HOST = `
import { createServer } from 'node:http';
export const app = {
  http: (name, { methods, authLevel, handler }) =>
    createServer(async (request, response) => {
      if (request.url !== '/' + name || authLevel !== 'anonymous' || !methods.includes(request.method))
        return response.writeHead(404).end();
      const { status } = await handler(
        new Request('http://host/' + name, { method: request.method, headers: request.headers, body: request, duplex: 'half' }),
      );
      response.writeHead(status).end();
    }).listen(Number(process.env.PORT), '127.0.0.1'),
};`;

const SECRET = 'forward-secret-1';
let postgres: TestPostgres;
let pool: Pool;
let flow: VendorApi;
let example: CopiedExample;
/** Of one function, over one database. */
let instances: [RunningExample, RunningExample];
beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = new Pool({ connectionString: postgres.url, max: 1 });
  const body = z.object({ citizenId: z.uuid() });
  flow = await VendorApi.start([{ method: 'POST', path: /^\/flow$/, body }], undefined, () => ({
    status: 204,
  }));
  example = new CopiedExample('azure-function', ['@cpm-webhooks/receiver', 'pg']);
  const host = path.join(example.folder, 'node_modules/@azure/functions');
  mkdirSync(host, { recursive: true });
  writeFileSync(path.join(host, 'package.json'), '{"type":"module","exports":"./index.js"}');
  writeFileSync(path.join(host, 'index.js'), HOST);
  const variables = { DATABASE_URL: postgres.url, FORWARD_URL: `${flow.url}/flow`, FORWARD_SECRET: SECRET };
  const running: RunningExample[] = [];
  // One after the other: two that make the tables at the same moment would be in each other's way.
  for (const port of await freePorts(2))
    running.push(await example.start([process.execPath, 'src/webhooks.mjs'], variables, port, 'webhooks'));
  instances = running as [RunningExample, RunningExample];
});
afterAll(async () => {
  await Promise.all(instances.map((instance) => instance.stop()));
  await flow.stop();
  await pool.end();
  await postgres.stop();
  example.remove();
});
afterEach(() => expect(flow.undocumented).toEqual([]));

const held = async (): Promise<string[]> => {
  const { rows } = await pool.query('SELECT body FROM consent');
  return rows.flatMap(({ body }) => body.permissions.map(({ state }: { state: string }) => state));
};

describe('the Azure Function', () => {
  it('stores and forwards what is signed, once over all instances, and nothing that is older', async () => {
    const [one, other] = instances;
    expect(await one.send({ id: 'a', sequence: 5 })).toBe(204);
    expect(await other.send({ id: 'a', sequence: 5 })).toBe(204);
    expect(await held()).toEqual(['GRANTED', 'DENIED']);
    expect(await other.send({ id: 'b', sequence: 7, body: { permissions: [] } })).toBe(204);
    expect(await one.send({ id: 'c', sequence: 6 })).toBe(204);
    expect(await one.send({ id: 'forged', sequence: 8, sentAt: new Date(0) })).toBe(401);
    expect(await held()).toEqual([]);
    expect(
      flow
        .taken()
        .map(({ headers }) => [
          headers['webhook-id'],
          headers['x-forward-secret'],
          headers['x-cpm-update-type'],
        ]),
    ).toEqual([
      ['a', SECRET, 'effective-permission'],
      ['b', SECRET, 'effective-permission'],
    ]);
  });

  it('keeps nothing where forwarding fails, so that it is sent again', async () => {
    const [one, other] = instances;
    flow.answer = () => ({ status: 502 });
    expect(await one.send({ id: 'd', sequence: 9 })).toBe(500);
    expect(await held()).toEqual([]);
    flow.answer = () => ({ status: 202 });
    expect(await other.send({ id: 'd', sequence: 9 })).toBe(204);
    expect(await held()).toEqual(['GRANTED', 'DENIED']);
  });

  it('prints no secret and nobody’s reference', () => {
    const output = instances.map((instance) => instance.output).join('');
    expect(output).toContain('forwarding is answered with 502');
    for (const secret of [SECRET, example.secret, 'customer-4711']) expect(output).not.toContain(secret);
  });
});
