import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'pg';
import { EmbeddedHost } from '../../harness/embedded-host';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-embedded-'));
});

afterEach(async () => {
  await EmbeddedHost.clearAway();
  rmSync(dataDir, { recursive: true, force: true });
});

async function query<T extends object>(host: EmbeddedHost, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: host.details.databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const mode = (...file: string[]): string => (statSync(path.join(dataDir, ...file)).mode & 0o777).toString(8);

describe('a data directory', () => {
  it('is closed to other accounts, and so are the secrets in it', async () => {
    const host = await EmbeddedHost.start({ dataDir: path.join(dataDir, 'new', 'deep') });
    expect(mode('new', 'deep')).toBe('700');
    expect(mode('new', 'deep', 'postgres.password')).toBe('600');
    expect(mode('new', 'deep', 'logs', 'postgres.log')).toBe('600');
    await host.stop();
  });

  it('serves one service: a second start says so in one line and leaves the first alone', async () => {
    const first = await EmbeddedHost.start({ dataDir });
    const refusal = /^the data directory \S+ is in use by process \d+: .*CPM_DATA_DIR[^\n]*$/;
    await expect(EmbeddedHost.start({ dataDir })).rejects.toThrow(refusal);
    await expect(query(first, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
    expect(first.exits).toEqual([]);
  });

  it('is free again after an ordered stop, with nothing left running', async () => {
    const host = await EmbeddedHost.start({ dataDir });
    const { pids } = host.details;
    await host.stop();
    expect([pids.postgres, pids.temporal].filter(isAlive)).toEqual([]);
    expect(host.exits).toEqual([]);
    const next = await EmbeddedHost.start({ dataDir });
    expect(next.warnings).toEqual([]);
  });
});

describe('a start after kill -9', () => {
  it('of the service alone stops the PostgreSQL and Temporal that live on, and goes on with the data', async () => {
    const first = await EmbeddedHost.start({ dataDir });
    await query(first, 'create table kept as select 42 as answer');
    await first.killAlone();
    const { pids } = first.details;
    expect([pids.postgres, pids.temporal].every(isAlive)).toBe(true);

    const second = await EmbeddedHost.start({ dataDir });
    expect(second.warnings).toHaveLength(2);
    expect([pids.postgres, pids.temporal].filter(isAlive)).toEqual([]);
    await expect(query(second, 'select answer from kept')).resolves.toEqual([{ answer: 42 }]);
  });

  it('of everything at once goes on with the data', async () => {
    const first = await EmbeddedHost.start({ dataDir });
    await query(first, 'create table kept as select 42 as answer');
    await first.killAll();
    const second = await EmbeddedHost.start({ dataDir });
    await expect(query(second, 'select answer from kept')).resolves.toEqual([{ answer: 42 }]);
  });

  it('never touches a program that got the number of a dead part', async () => {
    const first = await EmbeddedHost.start({ dataDir });
    await first.killAll();
    const innocent = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    try {
      const pid = Number(innocent.pid);
      const temporal = path.join(dataDir, 'run', 'temporal.json');
      writeFileSync(temporal, readFileSync(temporal, 'utf8').replace(/"pid":\d+/, `"pid":${pid}`));
      const lock = path.join(dataDir, 'postgres', 'postmaster.pid');
      writeFileSync(lock, readFileSync(lock, 'utf8').replace(/^\d+/, String(pid)));

      const second = await EmbeddedHost.start({ dataDir });
      await expect(query(second, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
      expect(innocent.exitCode).toBeNull();
      expect(innocent.signalCode).toBeNull();
    } finally {
      innocent.kill('SIGKILL');
    }
  });
});

describe('a part that cannot go on', () => {
  it.each(['postgres', 'temporal'] as const)('is reported when it dies: %s', async (part) => {
    const host = await EmbeddedHost.start({ dataDir });
    process.kill(host.details.pids[part], 'SIGKILL');
    while (host.exits.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const [exit] = host.exits;
    expect(exit?.expected).toBe(false);
    expect(exit?.message).toMatch(/ended by SIGKILL; its log is /);
  });

  it('names the setting when its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(EmbeddedHost.start({ dataDir, port })).rejects.toThrow(
      `port ${port} is taken: set CPM_TEMPORAL_PORT to a free port`,
    );
    server.close();
    // The other part was stopped again, and the directory given up.
    const { warnings } = await EmbeddedHost.start({ dataDir });
    expect(warnings).toEqual([]);
  });
});
