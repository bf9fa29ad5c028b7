/** Where the keys of encryption at rest come from: the environment, a file, or a command that asks a key management service. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError, type Reader } from './config-reader';

/** The keys of one process, 32 bytes each. */
export interface EncryptionKeys {
  /** Seals whatever is stored; undefined where it has yet to be generated into the data directory. */
  readonly encryptionKey: Buffer | undefined;
  /** Former ones, or the one to come: they open what they have sealed, and seal nothing. */
  readonly previousEncryptionKeys: readonly Buffer[];
}

/** The key that seals, and those that only open. */
export type GivenKeys = readonly [Buffer, ...Buffer[]];

const KEY_FORM = '32 bytes in base64 (openssl rand -base64 32)';
const LINES_FORM = `${KEY_FORM}, former keys on lines of their own after it`;
/** A command that asks a key management service may have to wait for it. Milliseconds. */
const COMMAND_LIMIT_MS = 30_000;

const key = z
  .base64()
  .transform((text) => Buffer.from(text, 'base64'))
  .refine((bytes) => bytes.length === 32);

const listOf = (separator: string | RegExp): z.ZodType<Buffer[], string> =>
  z
    .string()
    .transform((text) => text.split(separator).map((one) => one.trim()))
    .pipe(z.array(key));

/**
 * Reads the keys. The one that seals has one source at the most.
 * @throws ConfigError naming the variable.
 */
export function readEncryptionKeys(read: Reader): EncryptionKeys {
  const given = read('CPM_ENCRYPTION_KEY', key, KEY_FORM);
  const file = read('CPM_ENCRYPTION_KEY_FILE', z.string(), 'a file');
  const command = read('CPM_ENCRYPTION_KEY_COMMAND', z.string(), 'a command');
  const former = read('CPM_PREVIOUS_ENCRYPTION_KEYS', listOf(','), `keys of ${KEY_FORM}, comma separated`);
  if ([given, file, command].filter((source) => source !== undefined).length > 1) {
    const variable = file === undefined ? 'CPM_ENCRYPTION_KEY_COMMAND' : 'CPM_ENCRYPTION_KEY_FILE';
    throw new ConfigError(variable, 'unset where the key is given in another way');
  }
  const [encryptionKey, ...others] = given ? [given] : (keysFrom(file, command) ?? []);
  return { encryptionKey, previousEncryptionKeys: [...others, ...(former ?? [])] };
}

/**
 * The keys of a text, one a line: that which seals first.
 * @returns undefined where the text is of another form
 */
export function keysOfText(text: string): GivenKeys | undefined {
  const { data } = listOf(/\r?\n/).safeParse(text.trim());
  const [first, ...others] = data ?? [];
  return first && [first, ...others];
}

function keysFrom(file: string | undefined, command: string | undefined): GivenKeys | undefined {
  if (file !== undefined)
    return keysOfSource('CPM_ENCRYPTION_KEY_FILE', 'a readable file that holds', () => readFileSync(file));
  if (command === undefined) return undefined;
  const form = `a command that ends with 0 within ${COMMAND_LIMIT_MS / 1000} seconds, and prints`;
  return keysOfSource('CPM_ENCRYPTION_KEY_COMMAND', form, () =>
    execFileSync('/bin/sh', ['-c', command], {
      timeout: COMMAND_LIMIT_MS,
      // What the command complains of is for the operator to see; what it prints is the key.
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  );
}

function keysOfSource(variable: string, form: string, obtain: () => Buffer): GivenKeys {
  let text: string;
  try {
    text = obtain().toString();
  } catch {
    throw new ConfigError(variable, `${form} ${LINES_FORM}`);
  }
  const keys = keysOfText(text);
  if (!keys) throw new ConfigError(variable, `${form} ${LINES_FORM}`);
  return keys;
}
