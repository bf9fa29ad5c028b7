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

/** Has a real Prometheus scrape a port of loopback, and answers with the value of `up` that it has then. */
export async function scrapedBy(port: number): Promise<string> {
  const dir = mkdtempSync(path.join(tmpdir(), 'cpm-prometheus-'));
  const config = path.join(dir, 'prometheus.yml');
  const jobs = `[{ job_name: cpm, scrape_interval: 1s, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }]`;
  writeFileSync(config, `scrape_configs: ${jobs}\n`);
  const own = `127.0.0.1:${await freePort()}`;
  const prometheus = spawn(
    'prometheus',
    [`--config.file=${config}`, `--storage.tsdb.path=${dir}/data`, `--web.listen-address=${own}`],
    { stdio: 'ignore' },
  );
  try {
    return await eventually(async () => {
      const answer = await fetch(`http://${own}/api/v1/query?query=up`);
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      const [series] = data.result;
      if (!series) throw new Error('nothing is scraped yet');
      return series.value[1];
    }, 30_000);
  } finally {
    const exited = once(prometheus, 'exit');
    prometheus.kill();
    await exited;
    rmSync(dir, { recursive: true, force: true });
  }
}
