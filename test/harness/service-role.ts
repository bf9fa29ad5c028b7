/** A database that is set up as docs/operations.md tells: one role owns it, and the service runs as another one. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../src/platform/project-root';
import { runProgram } from './program';
import { testServer, type TestPostgres } from './stack';

/** A database as the service's role sees it; its owner sees it by another URL. */
export interface OwnedPostgres extends TestPostgres {
  readonly ownerUrl: string;
  readonly role: string;
  /** The page's own command, with other settings where they are given; answers with what it printed on standard error. */
  migrate(settings?: Readonly<Record<string, string>>): Promise<string>;
}

/** Runs the page's words, under names of its own: several tests do so on one server. */
export async function startAsServiceRole(): Promise<OwnedPostgres> {
  const suffix = randomBytes(4).toString('hex');
  const server = testServer();
  const page = readFileSync(path.join(projectRoot, 'docs/operations.md'), 'utf8');
  const words = (page.split('### A role of its own for the service')[1] ?? '')
    .replace(/\bcpm(_owner|_service)?\b/g, `$&_${suffix}`)
    .replaceAll('localhost:5432', new URL(server.url).host);
  const statements = /```sql\n([^`]+)```/.exec(words)?.[1] ?? '';
  const [owner = {}, service = {}] = [...words.matchAll(/```sh\n([^`]+)```/g)].map(([, line = '']) =>
    settingsOf(line),
  );
  for (const statement of statements.split(';').filter((each) => each.trim() !== ''))
    await server.run(statement);
  const migrate = async (settings = {}): Promise<string> =>
    (await runProgram('migrate', { ...owner, ...settings })).errors;
  expect(await migrate()).toBe('');
  return {
    url: service.DATABASE_URL ?? '',
    ownerUrl: owner.DATABASE_URL ?? '',
    role: owner.CPM_SERVICE_ROLE ?? '',
    migrate,
    async stop() {
      await server.run(`DROP DATABASE cpm_${suffix} WITH (FORCE)`);
      await server.run(`DROP ROLE cpm_owner_${suffix}, cpm_service_${suffix}`);
    },
  };
}

/** The settings that stand before a command. */
function settingsOf(line: string): Record<string, string> {
  return Object.fromEntries(
    [...line.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']): [string, string] => [name, value]),
  );
}
