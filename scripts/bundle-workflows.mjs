/**
 * Bundles the workflows ahead of time, with the very SDK that runs them: dist/workflow-bundle.js, and once more with what makes spans
 * of them, for workers with traces (docs/monitoring.md).
 */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const root = path.resolve(import.meta.dirname, '..');

async function bundle(name, options) {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(root, 'workflows', 'index.ts'),
    // Evaluated once, not for each workflow: it keeps nothing of a workflow in its modules, and takes an eighth of a workflow's CPU.
    preloadModules: ['@temporalio/workflow'],
    logger: new DefaultLogger('WARN'),
    ...options,
  });
  const file = path.join(root, 'dist', name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, code);
  renameSync(`${file}.new`, file);
}

await bundle('workflow-bundle-traced.js', {
  workflowInterceptorModules: [path.join(root, 'workflows', 'shared', 'traced.ts')],
});
await bundle('workflow-bundle.js', {});
