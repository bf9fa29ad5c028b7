/** A service in small, to be killed: holds a data directory and runs PostgreSQL and Temporal in it. Told by IPC. */
import { requireTypeScript } from '../../scripts/lib/typescript.mjs';

const { startEmbeddedStack } = requireTypeScript('src/embedded/index.ts');
const { applyMigrations } = requireTypeScript('src/platform/migrations.ts');

const { dataDir, port = 0 } = JSON.parse(process.argv[2]);
const logger = { info: () => undefined, warn: (message) => process.send({ warning: message }) };

try {
  const stack = await startEmbeddedStack({
    dataDir,
    postgres: {},
    temporal: {
      executable: process.env.CPM_TEST_TEMPORAL_CLI ?? 'temporal',
      searchAttributes: { CpmProbe: 'Keyword' },
      ...{ namespace: 'default', port, uiPort: 0 },
    },
    logger,
  });
  const { postgres, temporal } = stack;
  await applyMigrations({ databaseUrl: postgres.url, logger });
  void stack.broken.then((exit) => process.send({ exit }));
  process.on('message', async () => {
    await stack.stop();
    process.disconnect();
  });
  process.send({
    ready: {
      databaseUrl: postgres.url,
      temporalAddress: temporal.address,
      pids: { postgres: postgres.pid, temporal: temporal.pid },
    },
  });
} catch (error) {
  process.send({ error: { name: error.name, message: error.message } });
  process.disconnect();
}
