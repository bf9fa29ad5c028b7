/**
 * Text that comes in is UTF-8, or it is refused. Decoders put U+FFFD in the place of bytes that are not: `K\xf6hler` and
 * `K\xe4hler`, sent in Latin-1, would become the same reference, and two people one.
 */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { fieldProblem, invalid, refusal, type ServiceError } from '../platform/errors';
import { repeatsMember } from './repeated-members';

/**
 * Refuses a path or a query string that does not stand for UTF-8, or that holds other bytes than ASCII (RFC 3986 §2) or null
 * characters.
 */
export const requireUtf8Target: RequestHandler = (req, _res, next) => {
  // Node hands on each byte of the request line as one character, so UTF-8 that is not percent-encoded is no text either.
  const target = req.originalUrl;
  const bytes = percentDecoded(target);
  if (!/^[!-~]*$/.test(target) || !isUtf8(bytes)) throw refusal('invalid_encoding');
  if (bytes.includes(0)) throw nullCharacterIn(target);
  next();
};

/** PostgreSQL has no null characters, and nothing that exists is named with one. */
function nullCharacterIn(target: string): ServiceError {
  const [, query = ''] = target.split('?', 2);
  const parameters = [...new URLSearchParams(query)].filter(([, value]) => value.includes('\0'));
  return parameters.length > 0
    ? invalid(...parameters.map(([name]) => fieldProblem(name, 'control_characters')))
    : refusal('null_character');
}

/**
 * For body parsers: refuses JSON that is not UTF-8 (RFC 8259 §8.1), whatever charset the caller names, and JSON that says a thing
 * twice.
 */
export function verifyJson(_req: IncomingMessage, _res: unknown, body: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw refusal('unsupported_media_type', { expected: 'JSON in UTF-8' });
  requireUtf8Body(body);
  if (repeatsMember(body)) throw refusal('repeated_member');
}

/** For body parsers: refuses a form that is not UTF-8, as it stands or behind its percent-encoding. */
export function verifyForm(_req: IncomingMessage, _res: unknown, body: Buffer): void {
  requireUtf8Body(percentDecoded(body.toString('latin1')));
}

/** The bytes that percent-encoded text stands for. @param text one byte a character */
function percentDecoded(text: string): Buffer {
  const bytes = text.replace(/%([\da-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}

function requireUtf8Body(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw refusal('invalid_encoding');
}
