import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../src/embedded/ports';
import { eventually } from './service';

/** Whether a program of Prometheus is to be had here. */
export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

/** Asks for the values that an expression has now, of each series. @throws where Prometheus does not understand it */
export type Ask = (expression: string) => Promise<readonly string[]>;

/** Has a real Prometheus scrape a port of loopback, each second, under the names of jobs, while something asks it. */
export async function whileScraped<T>(
  port: number,
  jobs: readonly string[],
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  const dir = mkdtempSync(path.join(tmpdir(), 'cpm-prometheus-'));
  const config = path.join(dir, 'prometheus.yml');
  const configs = jobs.map((job_name) => ({
    job_name,
    scrape_interval: '1s',
    static_configs: [{ targets: [`127.0.0.1:${port}`] }],
  }));
  writeFileSync(config, JSON.stringify({ scrape_configs: configs })); // JSON is YAML
  const own = `127.0.0.1:${await freePort()}`;
  const prometheus = spawn(
    'prometheus',
    [`--config.file=${config}`, `--storage.tsdb.path=${dir}/data`, `--web.listen-address=${own}`],
    { stdio: 'ignore' },
  );
  const ask: Ask = async (expression) => {
    const answer = await fetch(
      `http://${own}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`,
    );
    const { status, error, data } = (await answer.json()) as {
      readonly status: string;
      readonly error?: string;
      readonly data?: { readonly result: readonly { readonly value: readonly [number, string] }[] };
    };
    if (status !== 'success') throw new Error(`${expression}: ${error}`);
    return (data?.result ?? []).map(({ value: [, value] }) => value);
  };
  try {
    await eventually(async () => expect(new Set(await ask('up'))).toEqual(new Set(['1'])));
    return await work(ask);
  } finally {
    const exited = once(prometheus, 'exit');
    prometheus.kill();
    await exited;
    rmSync(dir, { recursive: true, force: true });
  }
}
