/**
 * What the programs that npm does not carry have to be: the SHA-256 of the file as its maker released it, for each platform, or
 * Go's own sum (`h1:`) of a module's source. They belong to the versions of tool-versions.json and change with them.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

const CHECKSUMS = JSON.parse(readFileSync(path.join(import.meta.dirname, 'checksums.json'), 'utf8'));

/** What was obtained is not what it has to be, or nobody knows what it has to be. */
export class ChecksumError extends Error {}

/** The checksums of a program by platform. */
export const checksumsOf = (name) => CHECKSUMS[name] ?? {};

/** The checksum that a program has on this platform, or on any; undefined where none is known. */
export function checksumOf(name) {
  const known = checksumsOf(name);
  return known.any ?? known[`${process.platform}-${process.arch}`];
}

/** Throws unless the checksums are the same, and there is one. */
export function requireSame(name, found, expected) {
  if (expected === undefined) throw new ChecksumError(`no checksum of ${name} is known for this platform`);
  if (found !== expected) throw new ChecksumError(`refused: it is ${found}, and ${name} is ${expected}`);
}

/** Throws unless the file is the one that is known by the name. */
export async function requireKnownFile(name, file, expected) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  requireSame(name, `sha256:${hash.digest('hex')}`, expected);
}
