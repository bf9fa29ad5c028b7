/** The receiver of packages/receiver behind what others run it in. */
import express from 'express';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, type Webhook } from '../../../packages/receiver/src';
import { azureHandler } from '../../../packages/receiver/src/azure';
import { expressHandler } from '../../../packages/receiver/src/express';
import { fetchHandler } from '../../../packages/receiver/src/fetch';
import { newSigningKey } from '../../../src/platform/signing-key';
import { signedWebhook } from '../../harness/signed-webhooks';

const secret = newSigningKey('hmac');
const handled: Webhook[] = [];
const receiver = createReceiver({
  keys: { secrets: secret },
  on: { 'effective-permission': (webhook) => void handled.push(webhook) },
});

/** More than a receiver reads. */
const HUGE = 5 * 1024 * 1024;

/** How a request is made to it: its answer's status. */
type Ask = (init: { method?: string; headers?: Record<string, string>; body?: string }) => Promise<number>;

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close()));

async function over(listener: RequestListener): Promise<Ask> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return async (init) =>
    (await fetch(`http://127.0.0.1:${port}/webhooks`, { method: 'POST', ...init })).status;
}

const app = (...before: express.RequestHandler[]) => {
  const made = express();
  for (const one of before) made.use(one);
  made.post('/webhooks', expressHandler(receiver));
  made.use(((_error, _request, response, _next) => {
    response.sendStatus(500);
  }) as express.ErrorRequestHandler);
  return made;
};

const asFetch: Ask = async (init) =>
  (
    await fetchHandler(receiver)(
      new Request('https://receiver.example/webhooks', { method: 'POST', ...init }),
    )
  ).status;

/** `HttpRequest` of Azure Functions wraps a `Request` and has its members. */
const asAzure: Ask = async (init) =>
  (
    await azureHandler(receiver)(
      new Request('https://receiver.example/webhooks', { method: 'POST', ...init }),
    )
  ).status;

describe.each<[string, () => Promise<Ask>]>([
  ['Express', () => over(app())],
  ['Express, after express.raw()', () => over(app(express.raw({ type: 'application/json' })))],
  ['Express, after express.text()', () => over(app(express.text({ type: 'application/json' })))],
  ['the server of Node', () => over((request, response) => void expressHandler(receiver)(request, response))],
  ['what speaks Fetch', () => Promise.resolve(asFetch)],
  ['Azure Functions', () => Promise.resolve(asAzure)],
])('a receiver behind %s', (name, start) => {
  it('takes a webhook by its bytes, and no forged or empty one', async () => {
    const ask = await start();
    const sent = signedWebhook({ keys: [secret], id: name, body: { externalRef: 'Jürgen' } });
    expect(await ask(sent)).toBe(204);
    expect(handled.at(-1)).toMatchObject({ id: name, body: { externalRef: 'Jürgen' } });
    expect(await ask({ ...sent, body: sent.body.replace('Jürgen', 'Jurgen') })).toBe(401);
    expect(await ask({})).toBe(401);
  });
});

describe('a receiver that reads bodies itself', () => {
  it('reads no huge one, and answers no GET', async () => {
    const asNode = await over((request, response) => void expressHandler(receiver)(request, response));
    for (const ask of [asNode, asFetch]) {
      expect(await ask({ body: 'x'.repeat(HUGE) })).toBe(413);
      expect(await ask({ method: 'GET' })).toBe(405);
    }
  });

  it('says so where something before it has parsed the body', async () => {
    const errors: unknown[] = [];
    const handler = expressHandler(receiver);
    const ask = await over(
      express().use(express.json(), (request, response) =>
        handler(request, response, (error) => {
          errors.push(error);
          response.sendStatus(500);
        }),
      ),
    );
    expect(await ask(signedWebhook({ keys: [secret] }))).toBe(500);
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining('before express.json()') }),
    ]);
  });
});
