/** What a result was measured on: without it figures can't be compared. */
import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { version as temporalSdk } from '@temporalio/worker/package.json';
import { DIST } from './service/children';
import type { ServerVersions } from './service/versions';

export interface Machine extends ServerVersions {
  readonly cpus: number;
  readonly model: string;
  readonly memoryMb: number;
  readonly platform: string;
  readonly node: string;
  readonly temporalSdk: string;
  /** Of the working copy, with a `+` where something in it is not committed; `unknown` outside of one. */
  readonly commit: string;
}

/** This machine with the versions of what was measured. */
export function describeMachine(servers: ServerVersions): Machine {
  const processors = cpus();
  return {
    cpus: processors.length,
    model: processors[0]?.model.trim() ?? 'unknown',
    memoryMb: Math.round(totalmem() / 1e6),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    temporalSdk,
    ...servers,
    commit: commit(),
  };
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: DIST, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+');
  } catch {
    return 'unknown';
  }
}
