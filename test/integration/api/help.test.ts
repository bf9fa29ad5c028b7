/** The documentation site as it was built (`npm run build`), served. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../src/platform/project-root';
import { ApiRig } from '../../harness/api';
import { pagesOf } from '../../harness/doc-pages';

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const helpDir = path.join(projectRoot, 'dist/help');

/** Where each page of the documentation is. */
const PAGES = pagesOf('docs').map(
  (page) =>
    `/help/${page
      .replace(/^docs\//, '')
      .replace(/\.md$/, '')
      .replace(/^README$/, '')}`,
);

let api: ApiRig;
beforeAll(async () => {
  if (!existsSync(helpDir)) throw new Error('the documentation site has not been built: npm run build');
  api = await ApiRig.start({ helpDir });
});
afterAll(() => api.stop());

const get = (target: string, headers: Record<string, string> = BROWSER): Promise<Response> =>
  fetch(api.url + target, { headers, redirect: 'manual' });

const attributesOf = (html: string, name: string): string[] =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) =>
    value.replace(/&amp;/g, '&'),
  );

describe('the documentation site', () => {
  it('begins at /help, for everybody', async () => {
    const { status, headers } = await get('/help');
    expect([status, headers.get('location')]).toEqual([302, '/help/']);
    const home = await get('/help/');
    expect([home.status, home.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await home.text()).toContain('Where to begin');
  });

  it.each(PAGES)(
    'has %s, asked for again each time, with nothing for its policy to forbid',
    async (target) => {
      const response = await get(target);
      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(response.headers.get('content-security-policy')).toMatch(
        /^default-src 'none';script-src 'self';style-src 'self';/,
      );
      const html = await response.text();
      expect(html).not.toMatch(/<script(?![^>]* src=")/);
      expect(html).not.toMatch(/<style| style="| on[a-z]+="/);
      expect(attributesOf(html, 'src').filter((source) => !source.startsWith('/help/'))).toEqual([]);
    },
  );

  it('leads nowhere where nothing is', async () => {
    const seen = new Map<string, Promise<string | undefined>>();
    const look = async (target: string): Promise<string | undefined> => {
      const answer = await get(target);
      return answer.status === 200 ? answer.text() : undefined;
    };
    const dead: string[] = [];
    for (const page of PAGES) {
      const html = (await look(page)) ?? '';
      for (const link of [...attributesOf(html, 'href'), ...attributesOf(html, 'src')]) {
        const { origin, pathname, hash } = new URL(link, api.url + page);
        if (origin !== api.url || !pathname.startsWith('/help')) continue;
        seen.set(pathname, seen.get(pathname) ?? look(pathname));
        const there = await seen.get(pathname);
        const anchors = hash === '' ? [''] : attributesOf(there ?? '', 'id');
        if (there === undefined || !anchors.includes(decodeURIComponent(hash.slice(1))))
          dead.push(`${page} → ${link}`);
      }
    }
    expect(seen.size).toBeGreaterThan(PAGES.length);
    expect(dead).toEqual([]);
  });

  it('has files kept for ever whose names say their content, and no others', async () => {
    const [script = ''] = readdirSync(path.join(helpDir, 'assets')).filter((file) => file.endsWith('.js'));
    const asset = await get(`/help/assets/${script}`);
    expect([asset.status, asset.headers.get('cache-control')]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    expect(asset.headers.get('content-type')).toContain('text/javascript');
    expect((await get('/help/code.css')).headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['/help/nothing', '/help/guides/', '/help/nothing.md', '/help/assets/nothing.js'])(
    'says that there is no %s: to a browser by a page, to a program as the API does',
    async (target) => {
      const page = await get(target);
      expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      const problem = await get(target, {});
      expect([problem.status, problem.headers.get('content-type')]).toEqual([
        404,
        'application/problem+json; charset=utf-8',
      ]);
    },
  );

  it.each([
    '/help/%2e%2e/package.json',
    '/help/..%2f..%2fpackage.json',
    '/help/.help.stamp',
    '/help/assets/',
  ])('gives nothing but what was built: %s', async (target) => {
    const response = await get(target, {});
    expect([target, response.status]).toEqual([target, 404]);
  });

  it('cannot be written to', async () => {
    const response = await fetch(`${api.url}/help/webhooks`, { method: 'POST', headers: BROWSER });
    expect(response.status).toBe(404);
  });
});

it('where the site has not been built, there is nothing at its place', async () => {
  const bare = await ApiRig.start();
  for (const target of ['/help/', '/help/webhooks']) {
    const response = await fetch(bare.url + target, { headers: BROWSER });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
  }
  await bare.stop();
});
