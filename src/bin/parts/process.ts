/** What all processes of the product have in common. */
import { readConfig, type Config } from '../../platform/config';
import { ConfigError } from '../../platform/config-reader';

/** A configuration with everything a part needs to run. */
export type RunnableConfig = Config & {
  readonly databaseUrl: string;
  readonly encryptionKey: Buffer;
  readonly allowPrivateTargets: boolean;
  readonly temporal: Config['temporal'] & { readonly address: string; readonly uiUrl: string };
};

/** A running part of the product. */
export interface RunningProcess {
  /** Rejects when it can't go on. */
  readonly failed: Promise<never>;
  /** Takes no new work, lets running work finish within a bounded time, and closes the connections. */
  stop(): Promise<void>;
}

/**
 * The configuration of a part that runs by itself: what `npm start` would embed or generate has to be given.
 * @throws ConfigError naming what is missing.
 */
export function readRunnableConfig(env?: NodeJS.ProcessEnv): RunnableConfig {
  const config = readConfig(env);
  const { databaseUrl, encryptionKey } = config;
  const { address } = config.temporal;
  if (databaseUrl === undefined) throw new ConfigError('DATABASE_URL', 'set: this part embeds no database');
  if (address === undefined)
    throw new ConfigError('TEMPORAL_ADDRESS', 'set: this part embeds no Temporal server');
  if (encryptionKey === undefined) {
    throw new ConfigError(
      'CPM_ENCRYPTION_KEY',
      'set, the same for every part: 32 bytes in base64 (or CPM_ENCRYPTION_KEY_FILE or _COMMAND)',
    );
  }
  const { email, password } = config.admin;
  if ((email === undefined) !== (password === undefined)) {
    const missing = email === undefined ? 'CPM_ADMIN_EMAIL' : 'CPM_ADMIN_PASSWORD';
    throw new ConfigError(
      missing,
      'set too: an e-mail address and a password together make the first administrator',
    );
  }
  const uiUrl = config.temporal.uiUrl ?? 'http://127.0.0.1:8233';
  const allowPrivateTargets = config.allowPrivateTargets ?? false;
  return {
    ...config,
    databaseUrl,
    encryptionKey,
    allowPrivateTargets,
    temporal: { ...config.temporal, address, uiUrl },
  };
}

/** A promise of something that never happens. */
export const never = new Promise<never>(() => undefined);
