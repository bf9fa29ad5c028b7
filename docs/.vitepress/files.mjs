/** What the site has beside its pages. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const INLINE_SCRIPT = /<script((?:(?! src=)[^>])*)>([^]+?)<\/script>/g;
const INLINE_STYLE = / style="[^"]*"/g;

/**
 * Moves the scripts that VitePress writes into its pages into files, so that the service's content security policy need not allow any
 * (`script-src 'self'`). Style attributes are left out: the theme sets the few that it needs again by script, which no policy forbids.
 */
export class FilesInPlaceOfInline {
  files = {};

  constructor(base) {
    this.base = base;
  }

  /** @param html a page @returns it without anything inline */
  take(html) {
    return html
      .replace(INLINE_SCRIPT, (_script, attributes, code) => {
        const hash = createHash('sha256').update(code).digest('hex').slice(0, 12);
        const file = `assets/page.${hash}.js`;
        this.files[file] = code;
        return `<script${attributes} src="${this.base}${file}"></script>`;
      })
      .replace(/<[a-z][^>]*>/g, (tag) => tag.replace(INLINE_STYLE, ''));
  }
}

/** Writes the files given, and copies those that pages link to. */
export function copyFiles(docs, outDir, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(outDir, name)), { recursive: true });
    writeFileSync(path.join(outDir, name), text);
  }
  cpSync(path.join(docs, '../web/src/app/favicon.svg'), path.join(outDir, 'favicon.svg'));
  cpSync(path.join(docs, 'examples'), path.join(outDir, 'examples'), {
    recursive: true,
    filter: (file) => !/\/node_modules$|\.md$/.test(file),
  });
}
