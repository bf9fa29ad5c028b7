/** Helm, to render and check the chart with; where there is none, tests of the chart are left out. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseAllDocuments, stringify } from 'yaml';
import { projectRoot } from '../../src/platform/project-root';
import versions from '../../scripts/lib/tool-versions.json';
import { programCache } from './program-cache';

export const CHART = path.join(projectRoot, 'deploy/helm/cpm-webhooks');

/** Without a cluster, Helm has to be told of one. */
const KUBERNETES = ['--kube-version', '1.31.0'];

const cached = path.join(programCache, `helm-${versions.helm}`);

/** The program; undefined where there is none. `npm run test:production` builds one. */
export const helm = [cached, 'helm'].find(
  (program) => existsSync(program) || spawnSync(program, ['version'], { stdio: 'ignore' }).status === 0,
);

/** An object that the chart makes, as far as the tests look at it. */
export interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: any;
}

/** Runs a command of Helm on the chart with values. */
export function runHelm(
  command: 'lint' | 'template',
  values: object,
): { readonly ok: boolean; readonly out: string } {
  const directory = mkdtempSync(path.join(tmpdir(), 'cpm-helm-'));
  try {
    const file = path.join(directory, 'values.yaml');
    writeFileSync(file, stringify(values));
    const args = command === 'lint' ? ['lint', '--strict', CHART] : ['template', 'cpm', CHART];
    const { status, stdout, stderr } = spawnSync(helm ?? 'helm', [...args, '--values', file, ...KUBERNETES], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: directory },
    });
    return { ok: status === 0, out: stdout + (status === 0 ? '' : stderr) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The objects that the chart makes of values. */
export function render(values: object): readonly KubernetesObject[] {
  const { ok, out } = runHelm('template', values);
  if (!ok) throw new Error(out);
  return parseAllDocuments(out)
    .map((document) => document.toJS() as KubernetesObject | null)
    .filter((each) => each !== null);
}
