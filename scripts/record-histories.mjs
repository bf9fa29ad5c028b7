/**
 * Adds a generation of workflow histories to test/histories, for the replay tests: `node scripts/record-histories.mjs [SHAPE …]`.
 * Run it when a change of the workflow gives a shape a history of another form. Nothing is ever written over.
 */
import { ensureBuilt } from './lib/build.mjs';
import { createPrinter } from './lib/print.mjs';
import { buildSteps } from './lib/steps.mjs';
import { findTestServer } from './lib/tools.mjs';
import { requireTypeScript } from './lib/typescript.mjs';

const print = createPrinter();
await ensureBuilt([buildSteps.install, buildSteps.generate, buildSteps.bundle], print);
process.env.TEMPORAL_TEST_SERVER_PATH = await findTestServer(print);

const { DeliveryRig } = requireTypeScript('test/harness/delivery-rig.ts');
const { keepHistory } = requireTypeScript('test/harness/histories.ts');
const { SHAPES, play } = requireTypeScript('test/harness/shapes.ts');

const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SHAPES);
const unknown = wanted.filter((shape) => !(shape in SHAPES));
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}. The shapes are ${Object.keys(SHAPES).join(', ')}.`);
  process.exit(2);
}
const rig = await DeliveryRig.create();
try {
  for (const shape of wanted) {
    for (const history of await play(rig, SHAPES[shape])) console.log(keepHistory(shape, history));
  }
} finally {
  await rig.teardown();
}
