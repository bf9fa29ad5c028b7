/**
 * Adds a generation of workflow histories to test/histories, for the replay tests:
 * `node scripts/record-histories.mjs [WORKFLOW[/SHAPE] …]`, for example `deliver-webhook/failed-cycles` or `resync`.
 * Run it when a change of a workflow gives a shape a history of another form. Nothing is ever written over.
 */
import { ensureBuilt } from './lib/build.mjs';
import { createPrinter } from './lib/print.mjs';
import { buildSteps } from './lib/steps.mjs';
import { findTestServer } from './lib/tools.mjs';
import { requireTypeScript } from './lib/typescript.mjs';

const print = createPrinter();
await ensureBuilt([buildSteps.install, buildSteps.generate, buildSteps.bundle], print);
process.env.TEMPORAL_TEST_SERVER_PATH = await findTestServer(print);

const { keepHistory } = requireTypeScript('test/harness/histories.ts');
const { SHAPES } = requireTypeScript('test/harness/shapes/index.ts');
const { WorkflowRig } = requireTypeScript('test/harness/workflow-rig.ts');

const all = Object.entries(SHAPES).flatMap(([workflow, shapes]) =>
  Object.entries(shapes).map(([shape, play]) => ({ workflow, shape, play, path: `${workflow}/${shape}` })),
);
const isNamedBy = ({ workflow, path }, name) => name === workflow || name === path;
const names = process.argv.slice(2);
const unknown = names.filter((name) => !all.some((recording) => isNamedBy(recording, name)));
if (unknown.length > 0) {
  const known = all.map(({ path }) => path).join(', ');
  console.error(`unknown: ${unknown.join(', ')}. The shapes are ${known}.`);
  process.exit(2);
}
const wanted = all.filter(
  (recording) => names.length === 0 || names.some((name) => isNamedBy(recording, name)),
);

const rig = await WorkflowRig.create();
try {
  for (const { workflow, shape, play } of wanted) {
    for (const history of await play(rig)) console.log(keepHistory(workflow, shape, history));
  }
} finally {
  await rig.teardown();
}
