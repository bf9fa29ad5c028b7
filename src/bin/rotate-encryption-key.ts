/** `npm run rotate-encryption-key`: seals everything anew under the key that seals now, while the service goes on. */
import { runningPostgresUrl } from '../embedded/index';
import { readConfig } from '../platform/config';
import { ConfigError } from '../platform/config-reader';
import { openDatabase } from '../platform/database';
import type { GivenKeys } from '../platform/encryption-keys';
import { openSealer } from '../platform/key-ring';
import { resealAll, type ResealProgress } from '../platform/reseal';
import { readOrCreateEncryptionKeys } from '../platform/secrets-file';

async function main(): Promise<number> {
  const config = readConfig();
  const databaseUrl = config.databaseUrl ?? runningPostgresUrl(config.dataDir);
  if (databaseUrl === undefined)
    throw new ConfigError('DATABASE_URL', `set, or CPM_DATA_DIR the data directory of a service that runs`);
  const kept: readonly Buffer[] = config.encryptionKey
    ? [config.encryptionKey]
    : readOrCreateEncryptionKeys(config.dataDir);
  const keys = [...kept, ...config.previousEncryptionKeys] as unknown as GivenKeys;
  const db = openDatabase(databaseUrl, { ...config, maxConnections: 2 });
  try {
    const sealer = await openSealer(db, keys);
    const { resealed, unreadable, left } = await resealAll(db, sealer, keys, progressPrinter());
    print(`${resealed} rows were sealed anew.`);
    if (unreadable > 0) print(`${unreadable} values are of a key that was not given, and stay as they are.`);
    if (left > 0)
      print(`${left} were still of a former key: give every process the new one first, then run this again.`);
    if (unreadable + left > 0) return 1;
    print('Everything is sealed under CPM_ENCRYPTION_KEY: former keys can be taken from every process.');
    return 0;
  } finally {
    await db.$disconnect();
  }
}

/** Prints a line for each tenth of a table. */
function progressPrinter(): (progress: ResealProgress) => void {
  let last = '';
  return ({ table, done, resealed }) => {
    const line = `${table} ${Math.floor(done * 10) * 10} %`;
    if (line === last) return;
    last = line;
    print(`${line}, ${resealed} rows so far`);
  };
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().then(
  (code) => void (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`cpm-webhooks: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
