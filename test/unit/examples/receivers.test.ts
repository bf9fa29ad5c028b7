/** The whole receivers of docs/examples in languages that the kit is not for, each run by its own runtime where that is here. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { samplePayloads } from '../../../src/delivery/samples';
import { CopiedExample, type RunningExample } from '../../harness/examples';
import { freePorts } from '../../harness/free-ports';
import { signedWebhook } from '../../harness/signed-webhooks';

interface Language {
  readonly name: string;
  /** Programs that must be here, each with how it is asked for its version. */
  readonly needs: readonly (readonly [string, string])[];
  /** Makes a program of it, where its source is not run itself. */
  readonly compile?: readonly [string, ...string[]];
  readonly command: (port: number) => [string, ...string[]];
  /** What it holds of the only citizen: the state by key. */
  readonly held: (folder: string) => unknown;
}

/** `python3` may be a script that looks for a version first; the program that it comes to starts at once. */
const { stdout } = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });
const python = (stdout as string | null)?.trim() || 'python3';

/** Of the languages that keep a file of each citizen. */
function stateInFile(folder: string): unknown {
  const [file = ''] = readdirSync(path.join(folder, 'consent')).filter((name) => name.endsWith('.json'));
  const { state } = JSON.parse(readFileSync(path.join(folder, 'consent', file), 'utf8'));
  return Array.isArray(state) ? {} : state;
}

const LANGUAGES: readonly Language[] = [
  {
    name: 'python',
    needs: [[python, '--version']],
    command: () => [python, 'receiver.py'],
    held: (folder) => {
      const query =
        'import sqlite3; print(sqlite3.connect("consent.sqlite").execute("SELECT state FROM citizen").fetchone()[0])';
      return JSON.parse(execFileSync(python, ['-I', '-S', '-c', query], { cwd: folder, encoding: 'utf8' }));
    },
  },
  {
    name: 'php',
    needs: [['php', '--version']],
    command: (port) => ['php', '-S', `127.0.0.1:${port}`, 'receiver.php'],
    held: stateInFile,
  },
  {
    name: 'go',
    needs: [['go', 'version']],
    compile: ['go', 'build', '-o', 'receiver', 'receiver.go'],
    command: () => ['./receiver'],
    held: stateInFile,
  },
];

const [granted] = samplePayloads(new Date())['effective-permission'].permissions;
const GRANTED = { 'option:newsletter': 'GRANTED' };
const newsletter = (state: string | null) => ({ permissions: [{ ...granted, state }], preferences: [] });

describe.each(LANGUAGES)('the receiver in $name', ({ name, needs, compile, command, held }) => {
  const isHere = needs.every(([program, option]) => spawnSync(program, [option]).status === 0);
  const test = isHere ? it : it.skip; // without the runtime there is nothing to run it by
  let example: CopiedExample;
  let receiver: RunningExample;
  const outputs: string[] = [];
  const start = async (): Promise<void> => {
    const [port = 0] = await freePorts(1);
    receiver = await example.start(command(port), {}, port);
  };
  const stop = async (): Promise<void> => {
    await receiver.stop();
    outputs.push(receiver.output);
  };
  beforeAll(async () => {
    if (!isHere) return;
    example = new CopiedExample(name);
    if (compile) execFileSync(compile[0], compile.slice(1), { cwd: example.folder });
    await start();
  });
  afterAll(async () => {
    if (!isHere) return;
    await receiver.stop();
    example.remove();
  });

  test('refuses what is not signed by the service, altered, or old', async () => {
    const genuine = signedWebhook({ keys: [example.secret] });
    expect(await receiver.post({ ...genuine, body: `${genuine.body} ` })).toBe(401);
    expect(await receiver.send({ sentAt: new Date(Date.now() - 3_600_000) })).toBe(401);
    const { 'webhook-signature': _, ...headers } = genuine.headers;
    expect(await receiver.post({ ...genuine, headers })).toBe(401);
  });

  test('keeps nothing of a test, and leaves what it has no code for at the service', async () => {
    expect(await receiver.send({ id: 'test', sequence: 99, test: true })).toBe(204);
    expect(await receiver.send({ id: 'mail', updateType: 'citizen-emails' })).toBe(501);
    expect(await receiver.send({ id: 'first', sequence: 1 })).toBe(204);
    expect(held(example.folder)).toEqual({
      'option:newsletter': 'GRANTED',
      'option:profiling': 'DENIED',
      'preference:contact-frequency': ['weekly'],
    });
  });

  test('takes what Effective Permissions leave out for withdrawn, and merges receipts', async () => {
    const updateType = 'consent-receipts';
    expect(await receiver.send({ id: 'a', sequence: 2, body: newsletter('GRANTED') })).toBe(204);
    expect(held(example.folder)).toEqual(GRANTED);
    expect(await receiver.send({ id: 'b', sequence: 3, body: { permissions: [], preferences: [] } })).toBe(
      204,
    );
    expect(held(example.folder)).toEqual({});
    const preferences = [
      { ...samplePayloads(new Date())['effective-permission'].preferences[0], preference: 'töne' },
    ];
    expect(await receiver.send({ id: 'c', sequence: 4, updateType, body: { preferences } })).toBe(204);
    expect(held(example.folder)).toEqual({ ...GRANTED, 'preference:töne': ['weekly'] });
    const over = { ...newsletter(null), preferences: [{ ...preferences[0], choices: [] }] };
    expect(await receiver.send({ id: 'd', sequence: 5, updateType, body: over })).toBe(204);
    expect(held(example.folder)).toEqual({});
  });

  test('drops an id that it has handled and an older sequence after a newer, also after a restart', async () => {
    expect(await receiver.send({ id: 'e', sequence: 7, body: newsletter('DENIED') })).toBe(204);
    for (const restart of [false, true]) {
      if (restart) {
        await stop();
        await start();
      }
      // What says something else has another id: here it shows that the id alone decides.
      expect(await receiver.send({ id: 'e', sequence: 7, body: newsletter('GRANTED') })).toBe(204);
      expect(await receiver.send({ id: `f ${restart}`, sequence: 6, body: newsletter('GRANTED') })).toBe(204);
      expect(held(example.folder)).toEqual({ 'option:newsletter': 'DENIED' });
    }
    // A resend bears the number that was sent last.
    expect(await receiver.send({ id: 'g', sequence: 7, body: newsletter('GRANTED') })).toBe(204);
    expect(held(example.folder)).toEqual(GRANTED);
  });

  test('prints neither its secret nor what is about people', async () => {
    await stop();
    expect(outputs.join('')).not.toContain(example.secret.slice('whsec_'.length));
    expect(outputs.join('')).not.toMatch(/customer-4711|newsletter/);
  });
});
