/** `npm run demo`: shows the product in a minute, against a running `npm start`. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ApiClient } from '../api-client';
import { confirmByEmail } from './double-opt-in';
import { failAndRecover, grantAndWithdraw, rotateToken } from './scenarios';
import { DemoEnvironment } from './environment';

const SCENARIOS = [
  ['A grant and a withdrawal', grantAndWithdraw],
  ['A double opt-in', confirmByEmail],
  ['An endpoint that is down, and recovers', failAndRecover],
  ['A token is rotated', rotateToken],
] as const;

async function main(): Promise<void> {
  // The same variables, with the same defaults, that `npm start` was given.
  const {
    CPM_HOST: host = '127.0.0.1',
    CPM_PORT: port = '3000',
    CPM_DATA_DIR: dataDir = '.data',
  } = process.env;
  const apiKey = process.env.CPM_API_KEY ?? readKeyOfDataDir(path.resolve(dataDir));
  const client = new ApiClient(`http://${host}:${port}`, apiKey);
  const environment = await DemoEnvironment.create(client);
  try {
    for (const [title, run] of SCENARIOS) {
      console.log(`\n${title}`);
      await run(environment, (text) => console.log(`  ${text}`));
    }
    console.log(
      `\nThat was the demo. Its integrations and deliveries stay to be looked at, paused: ${client.baseUrl}/deliveries`,
    );
  } finally {
    await environment.end();
  }
}

/** `npm start` keeps the first API key beside its other generated secrets, for programs of the same machine. */
function readKeyOfDataDir(dataDir: string): string {
  try {
    return readFileSync(path.join(dataDir, 'api.key'), 'utf8').trim();
  } catch {
    throw new Error(
      `no API key: start the service with \`npm start\` first, or set CPM_API_KEY (looked in ${dataDir})`,
    );
  }
}

main().catch((error: unknown) => {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const refused = (cause as { code?: string } | undefined)?.code === 'ECONNREFUSED';
  console.error(
    refused ? 'cpm-webhooks does not answer: is `npm start` running, on the same CPM_PORT?' : message,
  );
  process.exitCode = 1;
});
