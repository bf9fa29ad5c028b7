import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

interface TestReference {
  readonly file: string;
  readonly title: string;
}

/** The rules of docs/domain-rules.md with the tests that it names for them. */
const RULES = new Map(
  read('docs/domain-rules.md')
    .split(/^### /mu)
    .slice(1)
    .map((section): [string, TestReference[]] => [
      /^`([a-z-]+)`$/mu.exec(section)?.[1] ?? section.slice(0, 40),
      [...section.matchAll(/^- `(test\/\S+)`: (.+)$/gmu)].map(([, file = '', title = '']) => ({
        file,
        title,
      })),
    ]),
);

/** Folders of the project. An applied migration is never edited, so migrations are not among them. */
const FOLDERS = ['activities', 'bench', 'docs', 'scripts', 'src', 'test', 'tools', 'web/src', 'workflows'];

/** The sources and documents that refer to rules. */
const SOURCES = FOLDERS.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
    path.join(folder, file),
  ),
)
  .concat('prisma/schema.prisma', 'eslint.config.mjs', 'jest.config.js', 'README.md', 'CONTRIBUTING.md')
  .filter((file) => /\.(?:ts|tsx|mts|js|mjs|prisma|css|md)$/u.test(file))
  .filter((file) => path.join(ROOT, file) !== __filename)
  // A comment may break between `rule` and the name.
  .map((file) => ({ file, text: read(file).replace(/\n\s*(?:\*|\/\/\/?)?\s*/gu, ' ') }));

/** What a pattern finds in the sources, each with its file. */
function find(pattern: RegExp): [file: string, name: string][] {
  return SOURCES.flatMap(({ file, text }) =>
    [...text.matchAll(pattern)].map(([whole, name]): [string, string] => [file, name ?? whole]),
  );
}

describe('the domain rules', () => {
  it('are found in docs/domain-rules.md, and sources in the tree', () => {
    expect(RULES.size).toBeGreaterThan(20);
    expect(SOURCES.length).toBeGreaterThan(300);
  });

  it('include every rule that a comment or a document refers to', () => {
    const references = find(/\brules? `([^`]+)`/gu);
    expect(references.length).toBeGreaterThan(30);
    expect(references.filter(([, name]) => !RULES.has(name))).toEqual([]);
  });

  it('are referred to by name, never by number', () => {
    // Documents may well name a decision record by its number.
    const numbered = find(/\b(?:decision|rule)s? #?\d+\b/giu).filter(([file]) => !file.endsWith('.md'));
    expect(numbered).toEqual([]);
  });

  it.each([...RULES])('%s is held by tests that exist', (_, references) => {
    expect(references).not.toEqual([]);
    expect(references.filter((reference) => !exists(reference))).toEqual([]);
  });
});

/** Whether the file has a test of this very title. */
function exists({ file, title }: TestReference): boolean {
  return (
    existsSync(path.join(ROOT, file)) &&
    [`'${title}'`, `"${title}"`, `\`${title}\``].some((literal) => read(file).includes(literal))
  );
}
