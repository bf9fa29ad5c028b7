/**
 * Requests that are generated from our own OpenAPI document, as callers of every kind.
 *
 *   npm run test:fuzz -- [--requests N] [--seed S]
 *   npm run test:fuzz -- --requests 300 --seed S --show [--operation ID]     one round again, with what was sent
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Client } from 'pg';
import { OwnPostgres } from '../harness/own-postgres';
import type { TestPostgres } from '../harness/stack';
import { fuzz, ROUND, type Fault } from './fuzz';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '6000' },
    seed: { type: 'string', default: String(Date.now() % 1e6) },
    operation: { type: 'string' },
    show: { type: 'boolean', default: false },
  },
});

/** What a round leaves is thrown away. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

async function main(): Promise<number> {
  const postgres = await OwnPostgres.start(SETTINGS);
  try {
    const [requests, seed] = [Number(values.requests), Number(values.seed)];
    const began = performance.now();
    const report = await fuzz(
      {
        ...{ requests, seed, operationId: values.operation },
        heard: values.show
          ? ({ request, status, text }) => console.log(`${request}\n  ${status} ${text.slice(0, 300)}`)
          : undefined,
      },
      () => copyOf(postgres.url),
    );
    const seconds = (performance.now() - began) / 1_000;
    const { statuses, operations, faults } = report;
    console.log(`${requests} requests in ${seconds.toFixed(1)} s, seed ${seed}`);
    console.log(
      `  by status: ${Object.entries(statuses)
        .map(([status, count]) => `${status}: ${count}`)
        .join(', ')}`,
    );
    console.log(`  ${operations.called} operations called, ${operations.succeeded} with success`);
    console.log(`  ${faults.length} faults`);
    for (const fault of distinct(faults)) console.log(inWords(fault));
    return faults.length === 0 ? 0 : 1;
  } finally {
    await postgres.stop();
  }
}

/** One of each kind. */
function distinct(faults: readonly Fault[]): Fault[] {
  return [
    ...new Map(
      faults.map((fault) => [`${fault.operationId} ${fault.what.replace(/[\d-]+/g, '')}`, fault]),
    ).values(),
  ];
}

function inWords({ operationId, what, request, answer, seed, place }: Fault): string {
  return [
    `\n${operationId}: ${what}`,
    `  ${request}`,
    `  ${answer}`,
    `  request ${place} of: npm run test:fuzz -- --requests ${ROUND} --seed ${seed} --show`,
  ].join('\n');
}

async function copyOf(url: string): Promise<TestPostgres> {
  const name = `fuzz_${randomBytes(6).toString('hex')}`;
  const server = new URL(url);
  const template = server.pathname.slice(1);
  server.pathname = '/template1';
  const run = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: server.href });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`CREATE DATABASE ${name} TEMPLATE "${template}"`);
  return {
    url: Object.assign(new URL(url), { pathname: `/${name}` }).href,
    stop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
