/** The workflows as the worker of a test runs them. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleOption } from '@temporalio/worker';
import { projectRoot } from '../../src/platform/project-root';

const SOURCES = path.join(projectRoot, 'workflows');

/**
 * What the build left, unless a workflow has changed since: a test of an old bundle would pass for the wrong reason.
 * @param traced as workers with traces run them
 */
export async function workflowBundle({ traced = false } = {}): Promise<WorkflowBundleOption> {
  const built = path.join(projectRoot, 'dist', traced ? 'workflow-bundle-traced.js' : 'workflow-bundle.js');
  if (existsSync(built) && statSync(built).mtimeMs > newestSource()) return { codePath: built };
  return bundleWorkflowCode({
    workflowsPath: path.join(SOURCES, 'index.ts'),
    ...(traced && { workflowInterceptorModules: [path.join(SOURCES, 'shared', 'traced.ts')] }),
    logger: new DefaultLogger('WARN'),
  });
}

function newestSource(): number {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((file) => statSync(path.join(SOURCES, file)).mtimeMs));
}
