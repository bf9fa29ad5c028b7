/** Has Markdown that is written for GitHub mean the same here, and leaves nothing in it for a content security policy to forbid. */
import { statSync } from 'node:fs';
import path from 'node:path';

/** How pages name the service, for who reads them elsewhere; on the site it is where the site is. */
const SERVICE = 'http://127.0.0.1:3000';

/** Anchors of headings as GitHub makes them. */
export function slugify(heading) {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-');
}

/** @param docs the folder of the pages */
export function cleanMarkdown(md, docs) {
  const { rules } = md.renderer;
  const link = rules.link_open;
  rules.link_open = (tokens, index, options, env, self) => {
    const token = tokens[index];
    const href = token.attrGet('href') ?? '';
    if (href === SERVICE || href.startsWith(`${SERVICE}/`)) {
      token.attrSet('href', href.slice(SERVICE.length) || '/');
      token.attrSet('target', '_self');
      return self.renderToken(tokens, index, options);
    }
    const file = fileOf(href, env, docs);
    if (file !== undefined && isElsewhere(file, docs)) {
      const end = tokens.slice(index).find(({ type }) => type === 'link_close');
      token.tag = end.tag = 'span';
      token.attrs = [['title', `In the repository: ${href}`]];
      return self.renderToken(tokens, index, options);
    }
    if (file !== undefined && !file.endsWith('.md')) {
      token.attrSet('target', '_self');
      return self.renderToken(tokens, index, options);
    }
    return link(tokens, index, options, env, self);
  };
  const { text } = rules;
  // Pages are templates of Vue, where braces would be code.
  rules.text = (...given) => text(...given).replaceAll('{{', '&#123;&#123;');
  for (const cell of ['th_open', 'td_open']) rules[cell] = alignedByClass;
}

/** The file that a link of a page leads to by its relative path. */
function fileOf(href, env, docs) {
  if (/^[a-z][a-z+.-]*:|^[#/]/.test(href)) return undefined;
  return path.resolve(path.dirname(path.join(docs, env.relativePath)), href.replace(/#.*/, ''));
}

/** Whether a file is one that only the repository has: out of the folder of the pages, or a folder itself. */
function isElsewhere(file, docs) {
  return (
    path.relative(docs, file).startsWith('..') || statSync(file, { throwIfNoEntry: false })?.isDirectory()
  );
}

function alignedByClass(tokens, index, options, _env, self) {
  const token = tokens[index];
  const alignment = token.attrGet('style')?.replace('text-align:', '');
  if (alignment) token.attrs = [['class', `aligned-${alignment}`]];
  return self.renderToken(tokens, index, options);
}
