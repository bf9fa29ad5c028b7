/** docs/asvs.md: every row says by what it is held, or why not, and what it names is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../src/platform/project-root';

/** Requirements of levels 1 and 2 in each chapter of the standard, 5.0.0. */
const OF_CHAPTER = [27, 11, 19, 10, 9, 35, 18, 7, 7, 29, 14, 9, 13, 9, 13, 16, 7];

const read = (file: string): string => readFileSync(path.join(projectRoot, file), 'utf8');
const rows = [...read('docs/asvs.md').matchAll(/^\| (\d+)\.(\d+)\.(\d+) +\| (.+?) +\| (.+?) +\|$/gm)].map(
  ([, chapter, section, number, , held = '']) => ({
    order: [chapter, section, number].map(Number),
    number: `${chapter}.${section}.${number}`,
    held,
  }),
);
/** A path in code type, with the name to be found in it. */
const REFERENCE = /`([\w.-]+(?:\/[\w.-]+)+|Dockerfile|[\w.-]+\.(?:md|json))(?:#(\w+))?`/g;
const referencesOf = (held: string) =>
  [...held.matchAll(REFERENCE)].map(([, file = '', name]) => ({ file, name }));

it('has each requirement once, in order', () => {
  const counts = OF_CHAPTER.map(
    (_, index) => rows.filter(({ order: [chapter] }) => chapter === index + 1).length,
  );
  expect(counts).toEqual(OF_CHAPTER);
  expect(new Set(rows.map(({ number }) => number)).size).toBe(rows.length);
  const sorted = [...rows].sort(
    ({ order: a }, { order: b }) =>
      a.map((part, index) => part - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0,
  );
  expect(rows.map(({ number }) => number)).toEqual(sorted.map(({ number }) => number));
});

it('names what holds each, or says why not', () => {
  const silent = rows.filter(
    ({ held }) => !/(Not applicable|Not met|In part)[^:]*: \S/.test(held) && referencesOf(held).length === 0,
  );
  // A sentence about Node or the proxy is a reason, but is no evidence: none may stand alone.
  expect(silent.map(({ number, held }) => `${number}: ${held}`)).toEqual([]);
});

it('has a threat model that names tests that exist', () => {
  const named = [...read('docs/security.md').matchAll(/`(test\/[^`]+\.ts)`/g)].map(([, file = '']) => file);
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((file) => !existsSync(path.join(projectRoot, file)))).toEqual([]);
});

it('names files that exist, and names that stand in them', () => {
  const named = rows.flatMap(({ number, held }) => referencesOf(held).map((one) => ({ number, ...one })));
  expect(named.length).toBeGreaterThan(200);
  const missing = named.filter(
    ({ file, name }) =>
      !existsSync(path.join(projectRoot, file)) || (name !== undefined && !read(file).includes(name)),
  );
  expect(missing).toEqual([]);
});

it('is right in that the code neither evaluates text, nor sets HTML, nor joins SQL', () => {
  const FORBIDDEN =
    /\$(?:query|execute)RawUnsafe|\beval\(|new Function\(|dangerouslySetInnerHTML|\.(?:inner|outer)HTML\b/;
  const sources = ['src', 'web/src', 'activities', 'workflows'].flatMap((folder) =>
    readdirSync(path.join(projectRoot, folder), { recursive: true })
      .map((file) => path.join(folder, String(file)))
      .filter((file) => /\.tsx?$/.test(file)),
  );
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter((file) => FORBIDDEN.test(read(file)))).toEqual([]);
});
