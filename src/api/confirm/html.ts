/** HTML from templates in code: every value is escaped, unless it is HTML already. */

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | Html | undefined | readonly Html[];

/**
 * @example
 * html`<p title="${title}">${name}</p>` // both are escaped
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = strings.map((text, index) => text + (index < values.length ? toHtml(values[index]) : ''));
  return new Html(parts.join(''));
}

function toHtml(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'string') return escape(value);
  return value.map(({ text }) => text).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
