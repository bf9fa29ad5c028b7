/** Whether a rendered e-mail holds a link that its reader can use. */
import { decodeHTML } from 'entities';
import type { LiquidForm } from './liquid';

/** Characters that a mail reader would take for a part of the link beside them. */
const GOES_ON = /[\p{L}\p{N}\p{M}\p{Cf}_/%~?#&=+@-]/u;

/** Whether a body has the link as the target of an anchor that is seen, or shows the very link as text. */
export function holdsLink(form: LiquidForm, body: string, url: string): boolean {
  if (form === 'text') return showsUrl(body, url);
  const { targets, text } = seenOf(body);
  return targets.includes(url) || showsUrl(text, url);
}

function showsUrl(text: string, url: string): boolean {
  const around = text.split(url);
  return around.some((before, index) => {
    const after = around[index + 1];
    return after !== undefined && !GOES_ON.test(before.slice(-1)) && !GOES_ON.test(after.slice(0, 1));
  });
}

/** A comment, a tag, or the text up to the next of them. What is no end of a tag is not looked for for long. */
const PIECE =
  /<!--[\s\S]*?(?:-->|$)|<(?<end>\/?)(?<name>[a-z][\w:-]*)(?<attributes>(?:"[^"]{0,4000}"|'[^']{0,4000}'|[^'"<>]){0,500})>|(?<text>[^<]+|<)/gi;
const ATTRIBUTE = /([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;
const NEVER_SHOWN: ReadonlySet<string> = new Set(['head', 'title', 'style', 'script', 'template']);
const EMPTY_ELEMENTS: ReadonlySet<string> = new Set([
  'area',
  'br',
  'col',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'wbr',
]);
const HIDING = /(?:display\s*:\s*none|visibility\s*:\s*hidden)\b/i;

/** What a reader sees of HTML: the targets of anchors that have something to press, and the text. */
function seenOf(html: string): { readonly targets: readonly string[]; readonly text: string } {
  const targets: string[] = [];
  let text = '';
  let target: string | undefined;
  /** The element that hides what is in it, and how many of its name are open. */
  let hidden: { readonly name: string; open: number } | undefined;
  for (const { groups = {} } of html.matchAll(PIECE)) {
    const name = groups.name?.toLowerCase();
    if (hidden) {
      if (name === hidden.name) hidden.open += groups.end ? -1 : 1;
      if (hidden.open === 0) hidden = undefined;
      continue;
    }
    if (target !== undefined && (name === 'img' || groups.text?.trim())) targets.push(target);
    text += groups.text ?? ' ';
    if (name === undefined) continue;
    if (groups.end) {
      if (name === 'a') target = undefined;
      continue;
    }
    const attributes = attributesOf(groups.attributes ?? '');
    if (isHidden(name, attributes) && !EMPTY_ELEMENTS.has(name)) hidden = { name, open: 1 };
    else if (name === 'a') target = attributes.get('href')?.trim();
  }
  return { targets, text: decodeHTML(text) };
}

function isHidden(name: string, attributes: ReadonlyMap<string, string>): boolean {
  return NEVER_SHOWN.has(name) || attributes.has('hidden') || HIDING.test(attributes.get('style') ?? '');
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = [...text.matchAll(ATTRIBUTE)].map(
    ([, name = '', double, single, bare]) =>
      [name.toLowerCase(), decodeHTML(double ?? single ?? bare ?? '')] as const,
  );
  return new Map(found);
}
