/** Why something did not go as it should, in the reader's language. */
import type { components } from '../api/schema';

/** What the API tells beside its own, English text. */
export type Reason = components['schemas']['Reason'];
export type ReasonCode = Reason['code'];

/** Texts by code; `{name}` stands for a parameter, and after a colon the next reason follows. */
export type ReasonTexts = Readonly<Partial<Record<ReasonCode, string>>>;

let known: ReasonTexts = {};

/** From now on, these texts serve. Without any, the API's own do. */
export function setReasons(texts: ReasonTexts): void {
  known = texts;
}

/** A text of the API in the reader's language; as it is where that needs none, or a newer API has more. */
export function translateReasons(text: string, reasons: readonly Reason[] | null): string {
  const parts = (reasons ?? []).map(({ code, params }) =>
    known[code]?.replace(/\{(\w+)\}/g, (name, key: string) => String(params[key] ?? name)),
  );
  if (parts.length === 0 || !parts.every((part) => part !== undefined)) return text;
  return parts.reduce((before, part) => `${before}${before.endsWith(':') ? ' ' : '; '}${part}`);
}
