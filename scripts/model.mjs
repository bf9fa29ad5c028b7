/** Checks histories over the real database, from TypeScript sources: test/model/main.ts. */
import path from 'node:path';
import { inRoot } from './lib/paths.mjs';
import { changeSources, replaceModule, requireTypeScript } from './lib/typescript.mjs';

// The workflows run in this process, over a stand-in for Temporal.
replaceModule('@temporalio/workflow', inRoot(path.join('test', 'model', 'temporal', 'workflow-api.ts')));

const { mutate, mutationOf } = requireTypeScript('test/model/mutations.ts');
const at = process.argv.indexOf('--mutation');
if (at !== -1) {
  const mutation = mutationOf(process.argv[at + 1]);
  changeSources((file, source) => mutate(mutation, file, source));
}
requireTypeScript('test/model/main.ts');
