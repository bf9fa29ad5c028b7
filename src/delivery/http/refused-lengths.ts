/**
 * Answers whose length is said more than once. A recipient may take equal values as one (RFC 9110 §8.6), and spaces and tabs
 * around them as nothing (§5.5); some proxies and frameworks send them, and Node's parser refuses them and ends the connection.
 * So the head is read here, from the bytes that the parser has refused. What comes after those can't be read any more, and counts
 * as what is longer than what is read of an answer (rule `what-counts-as-delivered`).
 */
import type { AnswerHead } from './exchange';

const REFUSED = new Set(['HPE_UNEXPECTED_CONTENT_LENGTH', 'HPE_INVALID_CONTENT_LENGTH']);
/** A whole head at the beginning, without the line before what follows. */
const HEAD = /^(?:\r?\n)*(HTTP\/\d\.\d (\d{3})[^\n]*\n(?:[^\r\n][^\n]*\n)*)\r?\n/;

/**
 * Reads the final answer that Node's parser has refused; undefined where that was for something else, where its lengths differ,
 * or where the head is not whole.
 */
export function readRefused(error: unknown): { head: AnswerHead; body: Buffer } | undefined {
  const { code, rawPacket } = error as { code?: string; rawPacket?: unknown };
  if (code === undefined || !REFUSED.has(code) || !Buffer.isBuffer(rawPacket)) return undefined;
  let left = rawPacket.toString('latin1');
  for (;;) {
    const [whole, head = '', status = ''] = HEAD.exec(left) ?? [];
    if (whole === undefined) return undefined;
    left = left.slice(whole.length);
    // Interim answers are passed over (RFC 9110 §15.2).
    if (!status.startsWith('1')) return finalAnswer(Number(status), head, left);
  }
}

function finalAnswer(
  statusCode: number,
  head: string,
  rest: string,
): { head: AnswerHead; body: Buffer } | undefined {
  const fields = [...head.matchAll(/^([^:\s]+)[ \t]*:[ \t]*(.*?)[ \t]*\r?$/gm)].map(
    ([, name = '', value = '']) => ({ name, value }),
  );
  const named = (wanted: string): string[] =>
    fields.flatMap(({ name, value }) => (name.toLowerCase() === wanted ? [value] : []));
  const lengths = new Set(named('content-length').flatMap((value) => value.split(/[ \t]*,[ \t]*/)));
  const [length = '', other] = lengths;
  if (other !== undefined || !/^\d+$/.test(length) || named('transfer-encoding').length > 0) return undefined;
  const others = fields.filter(({ name }) => name.toLowerCase() !== 'content-length');
  const rawHeaders = [...others, { name: 'Content-Length', value: length }].flatMap(({ name, value }) => [
    name,
    value,
  ]);
  const body = statusCode === 204 ? '' : rest.slice(0, Number(length));
  return { head: { statusCode, rawHeaders }, body: Buffer.from(body, 'latin1') };
}
