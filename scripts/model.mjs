/** Checks histories over the real database, from TypeScript sources: test/model/main.ts. */
import path from 'node:path';
import { inRoot } from './lib/paths.mjs';
import { replaceModule, requireTypeScript } from './lib/typescript.mjs';

// The workflows run in this process, over a stand-in for Temporal.
replaceModule('@temporalio/workflow', inRoot(path.join('test', 'model', 'temporal', 'workflow-api.ts')));
requireTypeScript('test/model/main.ts');
