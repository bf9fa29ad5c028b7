/** Makes sure that `npm test` finds a Docker Compose to check docker-compose.yml with; fails where it can't. */
import { findCompose } from './lib/compose.mjs';
import { createPrinter } from './lib/print.mjs';
import { obtainCompose } from './lib/tools.mjs';

const found = (await findCompose()) !== undefined || (await obtainCompose(createPrinter()));
process.exitCode = found ? 0 : 1;
