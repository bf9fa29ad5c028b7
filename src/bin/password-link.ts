/** `npm run password-link -- EMAIL`: the way back in for whoever runs the service, when nobody can log in who could let others in. */
import { email } from '../access/administrators';
import { letIn } from '../access/password-links';
import { runningPostgresUrl } from '../embedded/index';
import { readConfig } from '../platform/config';
import { ConfigError } from '../platform/config-reader';
import { openDatabase } from '../platform/database';

async function main(address: string | undefined): Promise<void> {
  const given = email.safeParse(address ?? '');
  if (!given.success) throw new Error('usage: npm run password-link -- EMAIL');
  const config = readConfig();
  const databaseUrl = config.databaseUrl ?? runningPostgresUrl(config.dataDir);
  if (databaseUrl === undefined)
    throw new ConfigError('DATABASE_URL', `set, or CPM_DATA_DIR the data directory of a service that runs`);
  const db = openDatabase(databaseUrl, { ...config, maxConnections: 2 });
  try {
    const { url, expiresAt } = await letIn(db, config.publicUrl, given.data);
    process.stdout.write(
      [
        `${given.data} sets a password by this link, once, until ${expiresAt}:`,
        `  ${url}`,
        ...(config.passwordLogin
          ? []
          : ['Passwords are switched off: start an API with CPM_PASSWORD_LOGIN=on.']),
        '',
      ].join('\n'),
    );
  } finally {
    await db.$disconnect();
  }
}

main(process.argv[2]).catch((error: unknown) => {
  process.stderr.write(`cpm-webhooks: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
