/**
 * The documentation site, which the service serves at `/help`: the pages of this folder as they are read on GitHub, with a sidebar and a
 * search. `docs/how-to/write-a-page.md` tells what that asks of a page.
 */
import path from 'node:path';
import { transformerStyleToClass } from '@shikijs/transformers';
import { cleanMarkdown, slugify } from './markdown.mjs';
import { pageRewrites, sidebar } from './sidebar.mjs';
import { copyFiles, FilesInPlaceOfInline } from './files.mjs';

const docs = path.resolve(import.meta.dirname, '..');
const BASE = '/help/';

const inPlaceOfInline = new FilesInPlaceOfInline(BASE);
const codeColours = transformerStyleToClass({ classPrefix: 'code-' });

/** @type {import('vitepress').UserConfig} */
export default {
  title: 'CPM Webhooks',
  titleTemplate: ':title · CPM Webhooks',
  description: 'Help for people who use, connect or run CPM Webhooks',
  lang: 'en',
  base: BASE,
  outDir: path.resolve(docs, '../dist/help'),
  cleanUrls: true,
  // Without transitions it would write a style into the page, which the content security policy forbids.
  appearance: { disableTransition: false },
  rewrites: pageRewrites,
  head: [
    ['link', { rel: 'icon', href: `${BASE}favicon.svg`, type: 'image/svg+xml' }],
    ['link', { rel: 'stylesheet', href: `${BASE}code.css` }],
  ],
  markdown: {
    // Its colours keep a contrast of 4.5 to 1.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark' },
    html: false,
    attrs: { disable: true },
    anchor: { slugify },
    codeTransformers: [codeColours],
    config: (md) => cleanMarkdown(md, docs),
  },
  themeConfig: {
    siteTitle: 'CPM Webhooks help',
    sidebar: sidebar(docs),
    outline: [2, 3],
    search: { provider: 'local' },
    docFooter: { prev: false, next: false },
  },
  transformHtml: (html) => inPlaceOfInline.take(html),
  buildEnd: ({ outDir }) => {
    copyFiles(docs, outDir, { 'code.css': codeColours.getCSS(), ...inPlaceOfInline.files });
  },
};
