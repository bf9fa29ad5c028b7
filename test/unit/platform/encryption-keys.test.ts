import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../../../src/platform/config';

const [KEY, FORMER, EARLIER] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer];
const text = (key: Buffer): string => key.toString('base64');

let directory: string;
beforeAll(() => (directory = mkdtempSync(path.join(tmpdir(), 'cpm-keys-'))));
afterAll(() => rmSync(directory, { recursive: true }));

function fileOf(content: string): string {
  const file = path.join(directory, 'keys');
  writeFileSync(file, content);
  return file;
}

describe('the keys of encryption at rest', () => {
  it.each([
    ['CPM_ENCRYPTION_KEY', () => text(KEY)],
    ['CPM_ENCRYPTION_KEY_FILE', () => fileOf(`${text(KEY)}\n`)],
    ['CPM_ENCRYPTION_KEY_COMMAND', () => `echo ${text(KEY)}`],
  ])('can be given by %s, former ones beside it', (variable, value) => {
    expect(readConfig({ [variable]: value() })).toMatchObject({
      encryptionKey: KEY,
      previousEncryptionKeys: [],
    });
    const former = { CPM_PREVIOUS_ENCRYPTION_KEYS: `${text(FORMER)}, ${text(EARLIER)}` };
    expect(readConfig({ [variable]: value(), ...former })).toMatchObject({
      encryptionKey: KEY,
      previousEncryptionKeys: [FORMER, EARLIER],
    });
  });

  it('may follow each other in a file, or in what a command prints', () => {
    const lines = `${text(KEY)}\r\n${text(FORMER)}\n`;
    const keys = { encryptionKey: KEY, previousEncryptionKeys: [FORMER] };
    expect(readConfig({ CPM_ENCRYPTION_KEY_FILE: fileOf(lines) })).toMatchObject(keys);
    const command = `printf '%s\\n' ${text(KEY)} ${text(FORMER)}`;
    expect(readConfig({ CPM_ENCRYPTION_KEY_COMMAND: command })).toMatchObject(keys);
  });

  it.each([
    [{ CPM_ENCRYPTION_KEY: 'c2VjcmV0' }, 'CPM_ENCRYPTION_KEY'],
    [{ CPM_PREVIOUS_ENCRYPTION_KEYS: 'c2VjcmV0' }, 'CPM_PREVIOUS_ENCRYPTION_KEYS'],
    [{ CPM_ENCRYPTION_KEY_FILE: '/nowhere/c2VjcmV0' }, 'CPM_ENCRYPTION_KEY_FILE'],
    [{ CPM_ENCRYPTION_KEY_COMMAND: 'echo c2VjcmV0' }, 'CPM_ENCRYPTION_KEY_COMMAND'],
    [{ CPM_ENCRYPTION_KEY_COMMAND: 'exit 3 # c2VjcmV0' }, 'CPM_ENCRYPTION_KEY_COMMAND'],
    [
      { CPM_ENCRYPTION_KEY: text(KEY), CPM_ENCRYPTION_KEY_COMMAND: 'echo c2VjcmV0' },
      'CPM_ENCRYPTION_KEY_COMMAND',
    ],
  ])('are refused with one line that names the variable and nothing secret: %j', (env, variable) => {
    const read = (): unknown => readConfig(env);
    expect(read).toThrow(new RegExp(`^${variable} must be [^\\n]+$`));
    expect(read).not.toThrow(/c2VjcmV0/);
  });
});
