/** Has Docker Compose itself check docker-compose.yml, where one is installed. */
import { existsSync } from 'node:fs';
import { run, works } from './command.mjs';
import { composePath } from './tools.mjs';

/** What the file requires and does not hold. */
const SECRETS = {
  ...{ CPM_DB_PASSWORD: 'x', CPM_SERVICE_DB_PASSWORD: 'x', TEMPORAL_DB_PASSWORD: 'x' },
  CPM_ENCRYPTION_KEY: 'x',
};

const IMPLEMENTATIONS = [
  ['docker', 'compose'],
  ['docker-compose'],
  ...(existsSync(composePath) ? [[composePath]] : []),
];

/** The command line of an installed Docker Compose; undefined where there is none. */
export async function findCompose() {
  for (const [command, ...prefix] of IMPLEMENTATIONS) {
    if (await works(command, [...prefix, 'version'])) return [command, ...prefix];
  }
  return undefined;
}

export const composeCheck = {
  name: 'docker compose config',
  applies: async () => (await findCompose()) !== undefined,
  run: async () => {
    const [command, ...prefix] = await findCompose();
    return run(command, [...prefix, '--env-file', '.env.example', '--profile', '*', 'config', '--quiet'], {
      env: SECRETS,
    });
  },
};
