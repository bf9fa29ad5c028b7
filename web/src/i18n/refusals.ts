/** What the API says when it refuses, in the reader's language. */
import type { components } from '../api/schema';

/** The codes of problems, and of the fields that are wrong. */
export type RefusalCode = components['schemas']['ErrorCode'] | components['schemas']['FieldCode'];

/** Texts by code; `{name}` stands for a parameter of the problem. */
export type Refusals = Readonly<Partial<Record<RefusalCode, string>>>;

/** What the API gives: a code, its parameters, and the same in English. */
export interface Refusal {
  readonly code?: RefusalCode | undefined;
  readonly params?: Readonly<Record<string, string | number>> | undefined;
  readonly message: string;
}

let known: Refusals = {};

/** From now on, these texts serve. */
export function setRefusals(refusals: Refusals): void {
  known = refusals;
}

/** The text of a code in the reader's language; the API's own where the language needs none or a newer API has more. */
export function translateRefusal({ code, params = {}, message }: Refusal): string {
  const text = code === undefined ? undefined : known[code];
  if (text === undefined) return message;
  return text.replace(/\{(\w+)\}/g, (name, key: string) => String(params[key] ?? name));
}
