/** The real PostgreSQL and Temporal of this jest run (stack-setup.js), for the projects that ask for them. */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

/** A database of a test's own. */
export interface TestPostgres {
  readonly url: string;
  /** Drops it, even while clients are connected. */
  stop(): Promise<void>;
}

/** A migrated, empty database on the run's server: one a test file, copied in a fraction of a second. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const migrated = new URL(fromSetup('CPM_TEST_TEMPLATE_URL'));
  return createDatabase(migrated, migrated.pathname.slice(1));
}

/** A database without any table. */
export async function startBarePostgres(): Promise<TestPostgres> {
  return createDatabase(new URL(fromSetup('CPM_TEST_TEMPLATE_URL')), 'template0');
}

async function createDatabase(server: URL, template: string): Promise<TestPostgres> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `create database ${name} template ${template}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, stop: () => onServer(server, `drop database if exists ${name} with (force)`) };
}

/** The run's server itself, for who needs roles of their own. */
export function testServer(): { readonly url: string; run(statement: string): Promise<void> } {
  const url = new URL(fromSetup('CPM_TEST_TEMPLATE_URL'));
  return { url: url.href, run: (statement) => onServer(url, statement) };
}

/** Where PostgreSQL and Temporal of the run log to, each to a file. */
export function testLogDir(): string {
  return fromSetup('CPM_TEST_LOG_DIR');
}

/** The run's dev server. The namespace is this jest worker's own, so that no other file's worker takes its tasks. */
export function testTemporal(): {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
} {
  return {
    address: fromSetup('CPM_TEST_TEMPORAL_ADDRESS'),
    namespace: `test-${process.env.JEST_WORKER_ID ?? '1'}`,
    uiUrl: fromSetup('CPM_TEST_TEMPORAL_UI_URL'),
  };
}

function fromSetup(variable: string): string {
  const value = process.env[variable];
  if (!value) throw new Error('no stack runs: this kind of test needs the globalSetup of jest.config.js');
  return value;
}

async function onServer(template: URL, sql: string): Promise<void> {
  const server = new URL(template);
  server.pathname = '/postgres';
  await runSql(server.href, sql);
}

/** Runs statements on a connection of their own. */
export async function runSql(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
