/** Makes text of an answer's bytes, so that people can read what an endpoint says. */
import { Readable, type Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';

/** Characters of a decompressed body at the most: a small answer may unpack to gigabytes. */
const UNPACKED_CAP = 64 * 1024;

/** Bytes that gzip makes of nothing, the most of all codings. */
const NOTHING_PACKED = 20;

/** An answer's headers by lower-case name; values of the same name are joined. */
export function decodeHeaders(rawHeaders: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    const value = decodeText(Buffer.from(rawHeaders[i + 1] ?? '', 'latin1')).replace(CONTROLS, '');
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

/** Not allowed in headers, though lenient parsing takes them; PostgreSQL stores no null characters. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\0-\x08\x0a-\x1f\x7f]/g;

/** An answer's body (or its beginning) as text: unpacked, and in its own character set. */
export async function decodeBody(body: Buffer, headers: Readonly<Record<string, string>>): Promise<string> {
  const codings = [headers['content-encoding'], headers['transfer-encoding']]
    .flatMap((list) => (list ?? '').toLowerCase().split(','))
    .map((coding) => coding.trim().replace(/^x-/, ''))
    .filter((coding) => !['', 'identity', 'chunked'].includes(coding));
  let bytes = body;
  for (const coding of codings.reverse()) {
    const unpacked = await unpack(bytes, coding);
    if (!unpacked) return `[${body.length} bytes that could not be unpacked: ${codings.join(', ')}]`;
    bytes = unpacked;
  }
  return decodeText(bytes, /charset\s*=\s*"?([\w:.+-]+)/i.exec(headers['content-type'] ?? '')?.[1]);
}

/** The first bytes of an unpacked body; of one that is cut off, what can be had. Undefined when it is not of this coding. */
async function unpack(bytes: Buffer, coding: string): Promise<Buffer | undefined> {
  if (bytes.length === 0) return bytes;
  const unpacker = unpackerOf(bytes, coding);
  if (!unpacker) return undefined;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of Readable.from([bytes]).pipe(unpacker)) {
      chunks.push(chunk as Buffer);
      size += (chunk as Buffer).length;
      if (size >= UNPACKED_CAP) break;
    }
  } catch {
    if (size === 0) return undefined; // else it breaks off: what was had until then is kept
  }
  // Brotli takes much for the beginning of something that has not come yet.
  if (size === 0 && bytes.length > NOTHING_PACKED) return undefined;
  return Buffer.concat(chunks).subarray(0, UNPACKED_CAP);
}

function unpackerOf(bytes: Buffer, coding: string): Transform | undefined {
  const finishFlush = constants.Z_SYNC_FLUSH;
  switch (coding) {
    case 'gzip':
      return createGunzip({ finishFlush });
    case 'deflate':
      // Many send it without the wrapper that RFC 9110 §8.4.1.2 asks for.
      return isZlib(bytes) ? createInflate({ finishFlush }) : createInflateRaw({ finishFlush });
    case 'br':
      return createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH });
    default:
      return undefined;
  }
}

/** RFC 1950 §2.2 */
export function isZlib(bytes: Buffer): boolean {
  const head = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  return (head & 0x0f00) === 0x0800 && head % 31 === 0;
}

/** In the named character set; else UTF-8 where it is that, else the old western one. A character cut in half is left out. */
function decodeText(bytes: Buffer, label = 'utf-8'): string {
  for (const charset of [markOf(bytes) ?? label, 'utf-8', 'windows-1252']) {
    try {
      return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true });
    } catch {
      // A name that is not known, or bytes that are not of this set.
    }
  }
  return bytes.toString('latin1');
}

/** The byte order mark outranks every name (WHATWG Encoding §6). */
function markOf(bytes: Buffer): string | undefined {
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfeff) return 'utf-16be';
  return mark === 0xfffe ? 'utf-16le' : undefined;
}
