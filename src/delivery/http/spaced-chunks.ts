/**
 * Chunks whose extensions have spaces in them: HTTP allows them (RFC 9112 §7.1.1), Node's parser refuses them and ends the
 * connection. So the rest of the answer is read here, from the bytes that the parser has refused. What comes after those can't be read
 * any more, and counts as what is longer than what is read of an answer (rule `what-counts-as-delivered`).
 */

/** How the parser's reason begins. */
const REFUSED = 'Invalid character in chunk extensions';
const TOKEN = "[!#$%&'*+\\-.^_`|~\\w]+";
const QUOTED = '"(?:[^"\\\\\\r\\n]|\\\\[^\\r\\n])*"';
/** The line before a chunk, with white space wherever it may stand. */
const SIZE_LINE = new RegExp(
  `^([\\da-fA-F]{1,8})(?:[ \\t]*;[ \\t]*${TOKEN}(?:[ \\t]*=[ \\t]*(?:${TOKEN}|${QUOTED}))?)*[ \\t]*\\r?\\n`,
);
/** The end of a chunk. */
const END = /^\r?\n/;

/** The rest of a body, as far as it is there; undefined where the parser has refused it for something else. */
export function readSpacedChunks(error: unknown): Buffer | undefined {
  const { reason, bytesParsed, rawPacket } = error as {
    reason?: string;
    bytesParsed?: number;
    rawPacket?: unknown;
  };
  if (!reason?.startsWith(REFUSED) || bytesParsed === undefined || !Buffer.isBuffer(rawPacket))
    return undefined;
  const packet = rawPacket.toString('latin1');
  let left = packet.slice(packet.lastIndexOf('\n', bytesParsed - 1) + 1);
  let body = '';
  for (;;) {
    const [line, digits = ''] = SIZE_LINE.exec(left) ?? [];
    if (line === undefined) return undefined;
    const size = Number.parseInt(digits, 16);
    const rest = left.slice(line.length);
    if (size === 0 || rest.length <= size) return Buffer.from(body + rest.slice(0, size), 'latin1');
    body += rest.slice(0, size);
    const end = END.exec(rest.slice(size, size + 2))?.[0];
    if (end === undefined) return undefined;
    left = rest.slice(size + end.length);
    if (left === '') return Buffer.from(body, 'latin1');
  }
}
