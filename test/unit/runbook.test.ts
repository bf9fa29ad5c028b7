/** What docs/runbook.md names. Its commands are run by test/e2e/visibility.test.ts. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ALERT_KINDS } from '../../src/alerts/kinds';
import { projectRoot } from '../../src/platform/project-root';
import { en } from '../../web/src/i18n/en';
import { SEARCH_ATTRIBUTES } from '../../workflows/shared/search-attributes';

const page = readFileSync(path.join(projectRoot, 'docs/runbook.md'), 'utf8');

it('has a place for each alert', () => {
  expect([...page.matchAll(/^### `(\w+)`$/gm)].map(([, kind]) => kind).sort()).toEqual(
    [...ALERT_KINDS].sort(),
  );
});

it('names what the admin UI shows', () => {
  const shown = new Set(textsOf(en));
  const named = [...page.matchAll(/In the admin UI: ([^]*?)\n\n/g)].flatMap(([, told = '']) =>
    [...told.replaceAll('\n', ' ').matchAll(/"([^"]+)"/g)].map(([, name]) => name),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !shown.has(name ?? ''))).toEqual([]);
});

it('asks by search attributes that there are', () => {
  const named = [...page.matchAll(/\bCpm[A-Z]\w+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !(name in SEARCH_ATTRIBUTES))).toEqual([]);
});

function textsOf(texts: object): string[] {
  return Object.values(texts).flatMap((text: string | object) =>
    typeof text === 'string' ? [text] : textsOf(text),
  );
}
