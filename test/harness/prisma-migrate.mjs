/** Applies migrations by Prisma's own schema engine and prints their names: prisma-migrate.mjs DATABASE_URL DIRECTORY */
import { NO_FILTERS, toMigrationList, withSchemaEngine } from '../../scripts/lib/schema-engine.mjs';
import { requireTypeScript } from '../../scripts/lib/typescript.mjs';

const { readMigrations } = requireTypeScript('src/platform/migration-files.ts');

const [databaseUrl, directory] = process.argv.slice(2);
const migrationsList = toMigrationList(await readMigrations(directory), directory);
const { appliedMigrationNames } = await withSchemaEngine(databaseUrl, (engine) =>
  engine.applyMigrations({ migrationsList, filters: NO_FILTERS }),
);
process.stdout.write(JSON.stringify(appliedMigrationNames));
