/** Why something did not go as it should: told in English wherever it is kept, and by codes to programs and other languages. */
import { z } from 'zod';
import { fillIn, type Params, type ParamsOf } from '../errors/message';
import { REASON_CODES, type ReasonCode, type ReasonTextOf } from '../errors/reason-codes';

export type { ReasonCode };

/** The codes of texts that name nothing. */
export type PlainReason = {
  [C in ReasonCode]: ParamsOf<ReasonTextOf<C>> extends [] ? C : never;
}[ReasonCode];

/** A part of what was told. */
export interface Reason {
  readonly code: ReasonCode;
  /** What the text names. */
  readonly params: Params;
}

const CODES = Object.keys(REASON_CODES) as [ReasonCode, ...ReasonCode[]];

/** The codes of a text, as REST shows them beside it. */
export const reasons: z.ZodNullable<z.ZodArray<z.ZodType<Reason>>> = z
  .array(
    z
      .object({
        code: z.enum(CODES).meta({ description: 'What it is; it never changes its meaning.' }),
        params: z
          .record(z.string(), z.union([z.string(), z.number()]))
          .meta({ description: 'What the text names.', examples: [{ status: 503 }] }),
      })
      .meta({ id: 'Reason', description: 'A part of why something did not go as it should.' }),
  )
  .nullable()
  .meta({
    description:
      'The same by codes, for texts in other languages; `null`: there is nothing, or no code for it.',
    examples: [[{ code: 'http_status', params: { status: 503 } }]],
  });

/**
 * The text of a reason.
 *
 * @example
 * reasonText('http_status', { status: 503 }) // HTTP 503
 */
export function reasonText<C extends ReasonCode>(code: C, ...[params]: ParamsOf<ReasonTextOf<C>>): string {
  return fillIn(REASON_CODES[code], params);
}

/** Several texts as one: what ends with a colon is explained by the next. */
export function joinReasons(...texts: readonly string[]): string {
  return texts.reduce((before, text) => `${before}${before.endsWith(':') ? ' ' : '; '}${text}`);
}

/** Texts by what they look like with their parameters, the most particular first. */
const PATTERNS = CODES.map((code) => ({ code, text: REASON_CODES[code] }))
  .sort((a, b) => b.text.length - a.text.length)
  .map(({ code, text }) => ({ code, pattern: patternOf(text) }));

function patternOf(text: string): RegExp {
  const escaped = text.replace(/[.*+?^$()|[\]\\/]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[\\w.-]+)');
  return new RegExp(`^${escaped}${text.endsWith(':') ? '(?: |$)' : '(?:; |$)'}`);
}

/** The codes of what {@link reasonText} and {@link joinReasons} have told; null where there is nothing, or something else. */
export function readReasons(text: string | null): Reason[] | null {
  const found: Reason[] = [];
  let rest = text ?? '';
  while (rest !== '') {
    const next = nextReason(rest);
    if (!next) return null;
    found.push(next.reason);
    rest = rest.slice(next.length);
  }
  return found.length > 0 ? found : null;
}

function nextReason(text: string): { readonly reason: Reason; readonly length: number } | undefined {
  for (const { code, pattern } of PATTERNS) {
    const match = pattern.exec(text);
    if (match) return { reason: { code, params: numbered(match.groups ?? {}) }, length: match[0].length };
  }
  return undefined;
}

function numbered(params: Readonly<Record<string, string>>): Params {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name, /^\d{1,9}$/.test(value) ? Number(value) : value]),
  );
}
