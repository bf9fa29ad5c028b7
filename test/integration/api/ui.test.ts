import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import express from 'express';
import { ui } from '../../../src/api/ui';
import { ApiRig } from '../../harness/api';

const PAGE = '<!doctype html><div id="root"></div>';
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let api: ApiRig;
const uiDir = mkdtempSync(path.join(tmpdir(), 'cpm-ui-'));

beforeAll(async () => {
  mkdirSync(path.join(uiDir, 'assets'));
  writeFileSync(path.join(uiDir, 'index.html'), PAGE);
  writeFileSync(path.join(uiDir, 'assets/index-abc.js'), 'start()');
  api = await ApiRig.start({ uiDir });
});
afterAll(async () => {
  await api.stop();
  rmSync(uiDir, { recursive: true });
});

const get = (target: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(api.url + target, { headers, redirect: 'manual' });

describe('the page of the admin UI', () => {
  it.each(['/', '/integrations', '/integrations/7?tab=deliveries', '/deliveries/a.b'])(
    'is at %s, without being kept',
    async (target) => {
      const response = await get(target, BROWSER);
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(await response.text()).toContain('<div id="root">');
    },
  );

  it.each(['/', '/integrations'])(
    'may run and show only what comes from here, and no inline style: %s',
    async (target) => {
      const response = await get(target, BROWSER);
      expect(response.headers.get('content-security-policy')).toBe(
        "default-src 'none';script-src 'self';style-src 'self';img-src 'self' data:;connect-src 'self';" +
          "base-uri 'none';form-action 'self';frame-ancestors 'none'",
      );
    },
  );

  it.each(['/v1/nothing', '/docs/nothing', '/assets/nothing.js', '/healthz/nothing', '/v1'])(
    'is not at %s',
    async (target) => {
      const response = await get(target, { ...BROWSER, 'x-api-key': api.key });
      expect([response.status, response.headers.get('content-type')]).toEqual([
        404,
        'application/problem+json; charset=utf-8',
      ]);
    },
  );

  it('is nothing that a program gets by mistake, or that can be written to', async () => {
    expect((await get('/integrations')).status).toBe(404);
    const posted = await fetch(`${api.url}/integrations`, { method: 'POST', headers: BROWSER });
    expect(posted.status).toBe(404);
  });
});

describe('assets', () => {
  it('are kept for ever, since their names say their content', async () => {
    const response = await get('/assets/index-abc.js');
    expect([response.status, response.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect(response.headers.get('content-type')).toContain('text/javascript');
  });

  it('are answered once: no later handler gets the request', async () => {
    const heard: string[] = [];
    const app = express()
      .use(ui(uiDir))
      .use((req, res) => {
        heard.push(req.path);
        if (!res.headersSent) res.status(404).end();
      });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const file of ['index-abc.js', 'nothing.js']) {
      await (await fetch(`http://127.0.0.1:${port}/assets/${file}`)).text();
    }
    server.close();
    expect(heard).toEqual(['/assets/nothing.js']);
  });

  it.each(['/assets/../index.html', '/assets/%2e%2e/index.html', '/assets/..%2f..%2fetc/passwd', '/assets/'])(
    'are nothing but what was built: %s',
    async (target) => {
      const response = await get(target);
      expect(await response.text()).not.toContain('root');
      expect(response.status).toBe(404);
    },
  );
});

it('where the UI has not been built, its place leads to the documentation', async () => {
  const bare = await ApiRig.start();
  const response = await fetch(`${bare.url}/`, { redirect: 'manual', headers: BROWSER });
  expect([response.status, response.headers.get('location')]).toEqual([302, '/docs']);
  expect((await fetch(`${bare.url}/integrations`, { headers: BROWSER })).status).toBe(404);
  await bare.stop();
});
