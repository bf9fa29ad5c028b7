/** What docs/verification.md shows, run as it stands there, by each runtime that this machine has. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildRequest } from '../../src/delivery/http/request';
import { newSigningKey } from '../../src/platform/signing-key';
import { projectRoot } from '../../src/platform/project-root';

const page = readFileSync(path.join(projectRoot, 'docs/verification.md'), 'utf8');
const snippet = (language: string): string =>
  new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(page)?.[1] ?? '';

const RUNTIMES = [
  {
    language: 'js',
    command: process.execPath,
    program: (code: string) => [
      '-e',
      `${code}\nconst [s, h, b] = JSON.parse(process.argv[1]); console.log(verify(s, h, b));`,
    ],
  },
  {
    language: 'python',
    command: 'python3',
    program: (code: string) => [
      '-c',
      `${code}\nimport json, sys\nprint(str(verify(*json.loads(sys.argv[1]))).lower())`,
    ],
  },
] as const;

const [secret, previous, other] = [1, 2, 3].map(() => newSigningKey('hmac')) as [string, string, string];
const { headers, body } = buildRequest({
  ...{ url: 'https://receiver.example/', credential: { type: 'none' }, staticHeaders: [] },
  ...{ webhookId: 'id-1', subscriptionId: 's-1', changeId: 'c-1', updateType: 'consent-receipts' },
  ...{
    sequence: 1,
    attempt: 1,
    sentAt: new Date(),
    body: '{"name":"Jürgen"}',
    signingSecrets: [secret, previous],
  },
});

describe.each(RUNTIMES)('what the page shows for $language', ({ language, command, program }) => {
  const isHere = spawnSync(command, ['--version']).status === 0;
  const test = isHere ? it : it.skip; // without the runtime there is nothing to run it by
  const says = (...given: [string, object, string]): string =>
    execFileSync(command, [...program(snippet(language)), JSON.stringify(given)])
      .toString()
      .trim();

  test(`verifies with ${command}, under both secrets of a rotation, and refuses what was altered`, () => {
    expect([says(secret, headers, body), says(previous, headers, body)]).toEqual(['true', 'true']);
    expect(says(other, headers, body)).toBe('false');
    expect(says(secret, headers, `${body} `)).toBe('false');
    expect(says(secret, { ...headers, 'webhook-timestamp': '1' }, body)).toBe('false');
  });
});
