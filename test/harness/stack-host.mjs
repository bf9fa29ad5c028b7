/**
 * Runs PostgreSQL and Temporal for one jest run, in a process of its own: whatever way jest ends, the channel to it
 * closes, and everything started here stops; and should this process be killed with jest, a guard does the same.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { requireTypeScript } from '../../scripts/lib/typescript.mjs';

const { clearAfterDeath } = requireTypeScript('test/harness/clear-after-death.ts');
const { startEmbeddedStack } = requireTypeScript('src/embedded/index.ts');
const { applyMigrations } = requireTypeScript('src/platform/migrations.ts');
const { SEARCH_ATTRIBUTES } = requireTypeScript('workflows/shared/search-attributes.ts');

const logger = { info: () => undefined, warn: (line) => console.error(line) };
const dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-jest-'));
clearAfterDeath(dataDir);

/** One for each jest worker. */
const otherNamespaces = Array.from({ length: Number(process.argv[2]) }, (_, worker) => `test-${worker + 1}`);

const starting = startEmbeddedStack({
  dataDir,
  postgres: { settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } },
  temporal: {
    ...{ namespace: 'default', otherNamespaces, port: 0, uiPort: 0, storage: 'memory' },
    executable: process.env.CPM_TEST_TEMPORAL_CLI ?? process.env.TEMPORAL_CLI_PATH ?? 'temporal',
    searchAttributes: SEARCH_ATTRIBUTES,
  },
  logger,
});

async function stop() {
  await starting.then((stack) => stack.stop()).catch(() => undefined);
  rmSync(dataDir, { recursive: true, force: true });
  process.exit();
}

process.once('disconnect', stop);
// Ctrl-C reaches this process too; it is jest's end that counts.
process.on('SIGINT', () => undefined);
try {
  const { postgres, temporal } = await starting;
  // The database that every test's own one is copied from.
  await applyMigrations({ databaseUrl: postgres.url, logger });
  const stack = {
    templateUrl: postgres.url,
    temporalAddress: temporal.address,
    temporalUiUrl: temporal.uiUrl,
    logDir: path.join(dataDir, 'logs'),
  };
  if (process.connected) process.send({ stack });
} catch (error) {
  if (process.connected) process.send({ error: error.message });
  await stop();
}
