/** Which pages there are, by kind. Their names in the sidebar are their headings. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The first page is the list of all, as GitHub shows it for a folder. */
export const pageRewrites = { 'README.md': 'index.md' };

/** A folder stands for all of its pages. */
const GROUPS = [
  ['Guides', 'guides', 'integrators.md', 'how-to/export-and-import.md'],
  [
    'Reference',
    ...['webhooks.md', 'verification.md', 'email.md', 'examples', 'api.md', 'errors.md', 'glossary.md'],
    ...['domain-rules.md', 'guarantees.md'],
  ],
  [
    'Operations',
    ...['production.md', 'operations.md', 'runbook.md', 'monitoring.md', 'scaling.md', 'benchmarks.md'],
  ],
  ['Security', 'security.md', 'signing-in.md', 'asvs.md'],
  ['Work on it', 'architecture.md', 'how-to', 'releasing.md'],
  ['Decisions', 'decisions'],
];

/** @param docs the folder of the pages */
export function sidebar(docs) {
  const left = new Set(pagesBelow(docs));
  left.delete('README.md');
  const take = (name) => {
    const pages = [...left].filter((page) => page === name || page.startsWith(`${name}/`));
    for (const page of pages) left.delete(page);
    return pages;
  };
  const groups = GROUPS.map(([text, ...names]) => [text, names.flatMap(take)]);
  // Whatever has no place above is found all the same.
  return [...groups, ['More', [...left]]]
    .filter(([, pages]) => pages.length > 0)
    .map(([text, pages]) => ({
      text,
      items: pages.map((page) => ({ text: headingOf(path.join(docs, page)), link: `/${linkOf(page)}` })),
    }));
}

function pagesBelow(docs) {
  return readdirSync(docs, { recursive: true })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => file.endsWith('.md') && !/(^|\/)(node_modules|\.vitepress)\//.test(file))
    .sort();
}

const linkOf = (page) => page.replace(/\.md$/, '');

function headingOf(file) {
  const heading = /^# (.+)$/m.exec(readFileSync(file, 'utf8'))?.[1];
  if (heading === undefined) throw new Error(`${file} has no heading`);
  return heading.replaceAll('`', '');
}
