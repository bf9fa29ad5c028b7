/** The jobs of docker-compose.yml that prepare Temporal, run as processes: the same commands, other addresses. */
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../src/platform/project-root';
import { runScript } from './page';

interface Job {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const { services } = parse(readFileSync(path.join(projectRoot, 'docker-compose.yml'), 'utf8'), {
  merge: true,
}) as { services: Readonly<Record<string, Job>> };

/** A directory that has Temporal's programs under the names that they have in its images. */
export function linkTools(directory: string, tools: Readonly<Record<string, string>>): string {
  const bin = path.join(directory, 'bin');
  mkdirSync(bin);
  for (const [name, file] of Object.entries(tools)) symlinkSync(file, path.join(bin, name));
  return bin;
}

/** Runs a job to its end. @param settings in place of those that the file has for containers */
export function runJob(
  name: 'temporal-schema' | 'temporal-namespace',
  settings: Readonly<Record<string, string>>,
  directory: string,
): Promise<string> {
  const job = services[name];
  if (!job) throw new Error(`docker-compose.yml has no job ${name}`);
  const script = job.command.join(' ').replaceAll('$$', '$');
  return runScript(script, { ...fixedOf(job), ...settings }, directory);
}

/** What the file says itself, without what it takes from the environment. */
function fixedOf({ environment }: Job): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => !value.includes('${')));
}

/** The number of history shards that the file gives the server. */
export const shards = (): string => services.temporal?.environment.NUM_HISTORY_SHARDS ?? '';
