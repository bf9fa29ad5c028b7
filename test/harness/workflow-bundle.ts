/** The workflows as the worker of a test runs them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';
import { projectRoot } from '../../src/platform/project-root';

const SOURCES = path.join(projectRoot, 'workflows');
const BUILT = path.join(projectRoot, 'dist', 'workflow-bundle.js');

/** What the build left, unless a workflow has changed since: a test of an old bundle would pass for the wrong reason. */
export async function workflowBundle(): Promise<WorkflowBundleOption> {
  if (existsSync(BUILT) && statSync(BUILT).mtimeMs > newestSource()) return { codePath: BUILT };
  return bundleWorkflowCode({
    workflowsPath: path.join(SOURCES, 'index.ts'),
    logger: new DefaultLogger('WARN'),
  });
}

function newestSource(): number {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((file) => statSync(path.join(SOURCES, file)).mtimeMs));
}
