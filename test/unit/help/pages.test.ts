/** What the pages of the documentation say, held against the product. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../../src/platform/project-root';
import { HELP_PAGES } from '../../../web/src/app/shell/help-pages';
import { en } from '../../../web/src/i18n/en';
import { renderApiDocs } from '../../harness/api-docs';
import { describedApi } from '../../harness/described-api';
import { callsOf, pagesOf, proseOf, readPage, samplesOf } from '../../harness/doc-pages';
import type { OpenApi, Operation } from '../../harness/openapi';
import { undocumented } from '../../harness/webhook-schemas';

const PAGES = pagesOf('docs');
const GUIDES = pagesOf('docs/guides');

let api: OpenApi;
beforeAll(async () => {
  api = await describedApi();
});

it('docs/api.md has every operation with its scope or role, and no other', () => {
  const page = renderApiDocs(api);
  if (process.env.UPDATE_DOCS) writeFileSync(path.join(projectRoot, 'docs/api.md'), page);
  expect(readPage('docs/api.md')).toBe(page);
  expect(page.match(/^- \[`/gm)).toHaveLength(api.operations.length);
});

/** The same for all names and values of the parts of a path. */
const shapeOf = (target: string): string => target.replace(/\{\w+\}|\*/g, '*').replace(/\/$/, '');

describe('a page of the documentation', () => {
  it.each(PAGES)('%s names operations of the API that exist', (page) => {
    const named = [...proseOf(page).matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/v1\/[^`\s?…]*)(…?)/g)]
      .filter(([, , target = '', more]) => more === '' && !DESCRIPTIONS.test(target))
      .map(([, method = '', target = '']) => ({ method, path: shapeOf(target) }));
    expect(named.filter((one) => operationOf(one) === undefined)).toEqual([]);
  });

  it.each(PAGES)('%s shows calls that the API takes', (page) => {
    for (const call of callsOf(page)) {
      if (DESCRIPTIONS.test(call.path)) continue;
      const operation = operationOf(call);
      expect([call, operation?.operationId]).toEqual([call, expect.any(String)]);
      const parameters = operation?.parameters?.map(({ name }) => name) ?? [];
      expect([call, call.query.filter((name) => !parameters.includes(name))]).toEqual([call, []]);
      const body = operation?.requestBody?.content['application/json'];
      const problems = body && call.body !== undefined ? api.problems(body.schema, call.body) : [];
      expect([call, problems]).toEqual([call, []]);
      expect([call, call.body === undefined || body !== undefined]).toEqual([call, true]);
    }
  });

  it.each([...GUIDES, 'docs/webhooks.md'])('%s shows JSON that webhooks or subscriptions have', (page) => {
    for (const sample of samplesOf(page, 'json')) {
      const types = ['effective-permission', 'consent-receipts', 'citizen-emails'];
      const asWebhook = types.map((updateType) => undocumented({ 'x-cpm-update-type': updateType }, sample));
      const change = api.operations.find(({ operationId }) => operationId === 'updateSubscription');
      const schema = change?.requestBody?.content['application/json']?.schema ?? {};
      const asSetting = api.problems(schema, JSON.parse(sample));
      const fits = asWebhook.includes(undefined) || asSetting.length === 0;
      expect([sample, fits || [...asWebhook, asSetting]]).toEqual([sample, true]);
    }
  });

  it('is there for the samples above: those of the guides are not passed over', () => {
    expect(GUIDES.flatMap(callsOf).map(({ method, path: at }) => `${method} ${at}`)).toEqual(
      expect.arrayContaining(['POST /v1/permissions/transactions', 'PATCH /v1/subscriptions/*']),
    );
    expect(callsOf('docs/operations.md').length).toBeGreaterThan(0);
  });

  it.each([...PAGES, 'README.md', ...pagesOf('packages')])(
    '%s links to pages and headings that exist',
    (page) => {
      for (const [, link = ''] of proseOf(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
        const [file = '', heading] = link.split('#');
        const target = file === '' ? page : path.join(path.dirname(page), file);
        expect([link, existsSync(path.join(projectRoot, target))]).toEqual([link, true]);
        if (heading !== undefined)
          expect([link, anchorsOf(target)]).toEqual([link, expect.arrayContaining([heading])]);
      }
    },
  );
});

/** Paths that are served beside the operations. */
const DESCRIPTIONS = /^\/v1\/(?:openapi\.json|asyncapi\.json|schemas\/.*)$/;

function operationOf(named: { readonly method: string; readonly path: string }): Operation | undefined {
  const given = named.path.split('/');
  return api.operations.find(({ method, path: at }) => {
    const known = shapeOf(at).split('/');
    const fits =
      known.length === given.length && known.every((part, index) => part === '*' || part === given[index]);
    return method === named.method && fits;
  });
}

/** As GitHub makes them of headings, and so does the site. */
function anchorsOf(page: string): string[] {
  return (proseOf(page).match(/^#+ .+/gm) ?? []).map((heading) =>
    heading
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('a guide', () => {
  it.each(GUIDES)('%s has in bold what the admin UI shows, and nothing else', (page) => {
    const shown = new Set(textsOf(en));
    const named = [...proseOf(page).matchAll(/\*\*([^*]+)\*\*/g)].map(([, name = '']) =>
      name.replaceAll('\n', ' '),
    );
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !shown.has(name))).toEqual([]);
  });

  it.each(GUIDES)('%s leads to pages of the service that exist', (page) => {
    const routes = readPage('web/src/app/routes.tsx');
    for (const [, target = ''] of readPage(page).matchAll(/\]\(http:\/\/127\.0\.0\.1:3000\/([^)]*)\)/g))
      expect([target, target === 'docs' || routes.includes(`'${target}'`)]).toEqual([target, true]);
  });
});

it('the admin UI leads to pages of the help that exist', () => {
  const led = Object.values(HELP_PAGES).map((page) => `docs/${page}.md`);
  expect(led.filter((page) => !PAGES.includes(page))).toEqual([]);
});

function textsOf(texts: object): string[] {
  return Object.values(texts).flatMap((text: string | object) =>
    typeof text === 'string' ? [text] : textsOf(text),
  );
}
