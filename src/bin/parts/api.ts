/** The API: REST, its documentation, the admin UI, the probes. Any number of them may run. */
import { hkdfSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { version } from '../../../package.json';
import {
  ensureFirstAdministrator,
  hasAdministrator,
  type FirstAdministrator,
} from '../../access/administrators';
import { API_KEYS_CHANNEL, ensureFirstApiKey } from '../../access/api-keys';
import { createApiKeyAuthenticator } from '../../access/authenticate';
import { IdentityProvider } from '../../access/identity/provider';
import { alertSigningKeys } from '../../alerts/signing-keys';
import { createApp } from '../../api/app';
import { createPoster } from '../../delivery/http/post';
import type { Database } from '../../platform/database';
import { checksOf } from '../../platform/dependencies';
import { startListener } from '../../platform/listener';
import { createOutboxNotifier } from '../../outbox/notify';
import type { Logger } from '../../platform/logger';
import { ProcessMetrics } from '../../platform/metrics';
import { projectRoot } from '../../platform/project-root';
import { connectionOptions } from '../../platform/temporal';
import { drainable } from '../../api/drain';
import { createLimitedServer } from '../../api/server';
import { listen } from './listen';
import { openStore } from './open-store';
import { never, type RunnableConfig, type RunningProcess } from './process';

/** A running API. */
export interface RunningApi extends RunningProcess {
  /** Base URL, without a trailing slash. */
  readonly url: string;
  /** The first API key where it was generated just now: to be shown once. */
  readonly newApiKey: string | undefined;
  /** The first administrator where it was created just now: to be told once. */
  readonly newAdministrator: FirstAdministrator | undefined;
  /** The code that the first visitor of the admin UI has to enter, while there is no administrator. */
  readonly setupCode: string | undefined;
}

export interface ApiOptions {
  /** Creates an administrator where there is none and the environment names none. */
  readonly withAdministrator?: boolean;
  /** Of the process; other parts may have added theirs. */
  readonly metrics?: ProcessMetrics;
}

/** Requests still running after this are cut off at a stop. Milliseconds. */
const DRAIN_MS = 10_000;

/** Starts the API. It needs the database, and accepts changes while Temporal is away. */
export async function startApi(
  config: RunnableConfig,
  logger: Logger,
  { withAdministrator = false, metrics = new ProcessMetrics() }: ApiOptions = {},
): Promise<RunningApi> {
  const { db, sealer } = await openStore(config, logger);
  metrics.showPool('api', db.pool);
  const temporal = Connection.lazy(connectionOptions(config.temporal));
  const poster = createPoster(config);
  const newApiKey = await ensureFirstApiKey(db, config.apiKey);
  const newAdministrator = await firstAdministrator(db, config, withAdministrator);
  const setupCode = setupCodeOf(config.encryptionKey);
  const authenticator = createApiKeyAuthenticator(db);
  const app = createApp({
    db,
    authenticator,
    sealer,
    outboxNotifier: createOutboxNotifier(db, logger),
    logger,
    rules: config,
    poster,
    temporalLinks: { uiUrl: config.temporal.uiUrl, namespace: config.temporal.namespace },
    checks: checksOf(db, temporal, config.temporal.namespace),
    metrics,
    servesMetrics: config.metricsListener === undefined,
    alertKeys:
      config.alertWebhookUrl === undefined
        ? []
        : alertSigningKeys([config.encryptionKey, ...config.previousEncryptionKeys]),
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    ways: {
      passwords: config.passwordLogin,
      secondFactorRequired: config.secondFactorRequired,
      provider:
        config.identityProvider && new IdentityProvider(config.identityProvider, config.publicUrl, logger),
    },
    setupCode,
    uiDir: path.join(projectRoot, 'web/dist'),
    helpDir: path.join(projectRoot, 'dist/help'),
    version,
  });
  const server = createLimitedServer(app, logger);
  const drain = drainable(server);
  await listen(server, config, 'CPM_PORT');
  const keyListener = startListener({
    ...{ databaseUrl: config.databaseDirectUrl ?? config.databaseUrl, channel: API_KEYS_CHANNEL, logger },
    onNotification() {
      authenticator.forget();
      authenticator.hearOthers(true);
    },
    onLost: () => authenticator.hearOthers(false),
  });
  const { port } = server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  logger.info({ port, host: config.host }, 'API started');

  return {
    url: `http://${host}:${port}`,
    newApiKey,
    newAdministrator,
    setupCode: (await hasAdministrator(db)) ? undefined : setupCode,
    failed: never,
    async stop() {
      await Promise.all([drain(DRAIN_MS), keyListener.stop()]);
      await poster.close();
      await temporal.close();
      await db.$disconnect();
      logger.info('API stopped');
    },
  };
}

/** Of an address that no mail ever reaches: it is a name to log in with. */
const DEFAULT_EMAIL = 'admin@localhost.localdomain';

async function firstAdministrator(
  db: Database,
  { admin: { email, password } }: RunnableConfig,
  always: boolean,
): Promise<FirstAdministrator | undefined> {
  if (!always && (email === undefined || password === undefined)) return undefined;
  return ensureFirstAdministrator(db, { email: email ?? DEFAULT_EMAIL, password });
}

/** The same for every process of an installation, so that it does not matter which one a load balancer asks. */
function setupCodeOf(encryptionKey: Buffer): string {
  return Buffer.from(hkdfSync('sha256', encryptionKey, '', 'setup code', 15)).toString('base64url');
}
