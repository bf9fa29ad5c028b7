import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readOrCreateEncryptionKeys, readOrCreateSecret } from '../../../src/platform/secrets-file';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'cpm-secrets-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

describe('a generated secret', () => {
  it('is made once and read from then on, by its owner only', () => {
    const file = path.join(directory, 'secret');
    expect(readOrCreateSecret(file, () => 'first')).toBe('first');
    expect(readOrCreateSecret(file, () => 'second')).toBe('first');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['secret']);
  });

  it('is that of the first process, when two create it at once', () => {
    const file = path.join(directory, 'secret');
    const second = readOrCreateSecret(file, () => {
      writeFileSync(file, 'the winner\n');
      return 'the loser';
    });
    expect(second).toBe('the winner');
  });
});

describe('the encryption key', () => {
  it('has 32 bytes and stays the same', () => {
    const [key, ...others] = readOrCreateEncryptionKeys(directory);
    expect(key).toHaveLength(32);
    expect(others).toEqual([]);
    expect(readOrCreateEncryptionKeys(directory)).toEqual([key]);
  });

  it('is the first of its file; the others are former ones', () => {
    const keys = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));
    const lines = keys.map((key) => key.toString('base64'));
    writeFileSync(path.join(directory, 'encryption.key'), `${lines.join('\n')}\n`);
    expect(readOrCreateEncryptionKeys(directory)).toEqual(keys);
  });

  it('is refused when it was cut short, rather than replaced', () => {
    writeFileSync(path.join(directory, 'encryption.key'), 'AAAA');
    expect(() => readOrCreateEncryptionKeys(directory)).toThrow(/must hold 32 bytes in base64/);
  });
});
