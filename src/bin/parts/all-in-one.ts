/** Embedded PostgreSQL and Temporal where none are configured, then migrations, API and worker, as one process. */
import path from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../../workflows/shared/search-attributes';
import type { FirstAdministrator } from '../../access/administrators';
import type { Config } from '../../platform/config';
import {
  EmbeddedStackError,
  startEmbeddedStack,
  type ChildExit,
  type EmbeddedStack,
  type EmbeddedStackOptions,
} from '../../embedded/index';
import type { Logger } from '../../platform/logger';
import type { ProcessMetrics } from '../../platform/metrics';
import { applyMigrations } from '../../platform/migrations';
import { readOrCreateEncryptionKeys, readOrCreateSecret } from '../../platform/secrets-file';
import { startApi, type RunningApi } from './api';
import type { RunnableConfig, RunningProcess } from './process';
import type { TracedWorker } from './traced-worker';
import { startWorker } from './worker';

/** Starts everything and prints where to find it. A part that dies stops the whole. */
export async function startAllInOne(
  config: Config,
  logger: Logger,
  metrics: ProcessMetrics,
  traced: TracedWorker | undefined,
): Promise<RunningProcess> {
  const stack = await startEmbeddedStack({
    dataDir: config.dataDir,
    postgres: config.databaseUrl === undefined ? {} : undefined,
    temporal: config.temporal.address === undefined ? temporalOptions(config) : undefined,
    logger,
  });
  const parts: RunningProcess[] = [{ failed: stack.broken.then(stopWithAll), stop: () => stack.stop() }];
  const stop = async (): Promise<void> => {
    // In reverse: nothing is taken from under what still uses it.
    for (const part of parts.reverse()) await part.stop();
  };
  try {
    const runnable = complete(config, stack);
    await applyMigrations({ databaseUrl: runnable.databaseUrl, logger });
    parts.push(await startWorker(runnable, logger, metrics, traced));
    const api = await startApi(runnable, logger, { withAdministrator: true, metrics });
    parts.push(api);
    if (api.newApiKey !== undefined) keepApiKey(config.dataDir, api.newApiKey);
    announce(
      runnable,
      api,
      stack.temporal?.uiUrl,
      config.allowPrivateTargets === undefined && isEmbedded(stack),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { failed: Promise.race(parts.map((part) => part.failed)), stop };
}

function temporalOptions(config: Config): EmbeddedStackOptions['temporal'] {
  const { port, uiPort, namespace } = config.temporal;
  const executable = process.env.TEMPORAL_CLI_PATH ?? 'temporal';
  return { executable, namespace, port, uiPort, searchAttributes: SEARCH_ATTRIBUTES };
}

/** The configuration with what is embedded or generated where the environment names nothing. */
function complete(config: Config, stack: EmbeddedStack): RunnableConfig {
  return {
    ...config,
    databaseUrl: config.databaseUrl ?? stack.postgres?.url ?? '',
    ...keysOf(config),
    allowPrivateTargets: config.allowPrivateTargets ?? isEmbedded(stack),
    temporal: {
      ...config.temporal,
      address: config.temporal.address ?? stack.temporal?.address ?? '',
      uiUrl: config.temporal.uiUrl ?? stack.temporal?.uiUrl ?? 'http://127.0.0.1:8233',
    },
  };
}

/** The keys that are configured, else those of the data directory. */
function keysOf(config: Config): { encryptionKey: Buffer; previousEncryptionKeys: readonly Buffer[] } {
  const { encryptionKey, previousEncryptionKeys } = config;
  if (encryptionKey) return { encryptionKey, previousEncryptionKeys };
  const [kept, ...former] = readOrCreateEncryptionKeys(config.dataDir);
  return { encryptionKey: kept, previousEncryptionKeys: [...former, ...previousEncryptionKeys] };
}

function isEmbedded(stack: EmbeddedStack): boolean {
  return stack.postgres !== undefined || stack.temporal !== undefined;
}

function stopWithAll({ message }: ChildExit): never {
  throw new EmbeddedStackError(`${message}. Everything was stopped; start again to go on where it was.`);
}

/** Beside the other generated secrets, for programs of this machine such as the demo. */
function keepApiKey(dataDir: string, key: string): void {
  readOrCreateSecret(path.join(dataDir, 'api.key'), () => key);
}

function describeLogin({ email, password }: FirstAdministrator): string[] {
  return [
    `  log in as                ${email}`,
    password === undefined
      ? '  password                 as CPM_ADMIN_PASSWORD says'
      : `  password, shown only now ${password}`,
  ];
}

function announce(
  config: RunnableConfig,
  { url, newApiKey, newAdministrator }: RunningApi,
  temporalUiUrl: string | undefined,
  allowedByDefault: boolean,
): void {
  const lines = [
    '',
    'cpm-webhooks is ready.',
    `  admin UI                 ${url}/`,
    `  REST and documentation   ${url}/docs`,
    ...(temporalUiUrl === undefined ? [] : [`  Temporal Web UI          ${temporalUiUrl}`]),
    `  data                     ${config.dataDir}`,
    ...(newAdministrator || newApiKey !== undefined ? [''] : []),
    ...(newAdministrator ? describeLogin(newAdministrator) : []),
    ...(newApiKey === undefined ? [] : [`  API key, shown only now  ${newApiKey}`]),
    ...(allowedByDefault
      ? [
          '',
          '  Webhooks may target this machine and plain http: CPM_ALLOW_PRIVATE_TARGETS is true here by default.',
        ]
      : []),
    '',
    'Ctrl-C stops it.',
    '',
  ];
  process.stdout.write(lines.join('\n') + '\n');
}
