/** What is kept of an answer, as it is stored: sealed, for a receiver may answer with anything. */
import { SealError, type Sealer } from '../platform/encryption';
import type { Prisma } from '../platform/database';
import type { KeptAnswer } from './http/redact';

/** An answer as stored. */
export type AnswerColumns = Pick<
  Prisma.AttemptModel,
  'responseHeaders' | 'responseHeadersSealed' | 'responseBodySealed'
>;

/** The columns of an answer. */
export function sealAnswer(
  sealer: Sealer,
  { headers, body }: KeptAnswer,
): Pick<AnswerColumns, 'responseHeadersSealed' | 'responseBodySealed'> {
  return {
    responseHeadersSealed: headers && sealer.seal(JSON.stringify(headers), 'response'),
    responseBodySealed: body === null ? null : sealer.seal(body, 'response'),
  };
}

/**
 * The answer of an attempt.
 * @throws SealError where no key of this process opens it.
 */
export function openAnswer(sealer: Sealer, columns: AnswerColumns): KeptAnswer {
  return { headers: openHeaders(sealer, columns), body: openBody(sealer, columns) };
}

/** The same, to be shown: a part that can't be opened says so in place of the body, and hides nothing else of its delivery. */
export function showAnswer(sealer: Sealer, columns: AnswerColumns): KeptAnswer {
  const headers = attempted(() => openHeaders(sealer, columns));
  const body = attempted(() => openBody(sealer, columns));
  const reason = body.reason ?? headers.reason;
  return {
    headers: headers.opened ?? null,
    body: body.opened ?? (reason === undefined ? null : `[could not be decrypted: ${reason}]`),
  };
}

function openHeaders(
  sealer: Sealer,
  { responseHeaders, responseHeadersSealed }: AnswerColumns,
): KeptAnswer['headers'] {
  const headers =
    responseHeadersSealed === null
      ? responseHeaders
      : (JSON.parse(sealer.open(responseHeadersSealed, 'response')) as unknown);
  return headers as KeptAnswer['headers'];
}

function openBody(sealer: Sealer, { responseBodySealed }: AnswerColumns): string | null {
  return responseBodySealed === null ? null : sealer.open(responseBodySealed, 'response');
}

function attempted<T>(open: () => T): { readonly opened?: T; readonly reason?: string } {
  try {
    return { opened: open() };
  } catch (error) {
    if (error instanceof SealError) return { reason: error.reason };
    throw error;
  }
}
