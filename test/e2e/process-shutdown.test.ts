/** The parts as a supervisor runs them, each a process of its own: what SIGTERM does to what they have in hand. */
import { spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../src/platform/project-root';
import { freePorts } from '../harness/free-ports';
import { end, spawnPartOf } from '../harness/part-process';
import { report } from '../harness/report';
import { eventually, TestService } from '../harness/service';

/** Its API looks at the data of the processes, and stands for another one of the same installation. */
let service: TestService;
const parts: ChildProcess[] = [];

beforeAll(async () => {
  service = await TestService.start({}, 0);
});
afterEach(() => Promise.all(parts.splice(0).map((part) => end(part, 'SIGKILL'))));
afterAll(() => service?.stop());

function start(
  part: 'api' | 'worker',
  settings: Readonly<Record<string, string>> = {},
  output?: number,
): ChildProcess {
  const child = spawnPartOf(service, part, { CPM_REQUEST_TIMEOUT: '30s', ...settings }, output);
  parts.push(child);
  return child;
}

describe('a worker process at SIGTERM', () => {
  it('lets what is in flight finish, records it once, ends with 0, and has logged nothing but JSON', async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'cpm-shutdown-'));
    const log = path.join(directory, 'worker.log');
    const worker = start('worker', { CPM_LOG_LEVEL: 'debug' }, openSync(log, 'w'));
    const app = await service.application();
    const receiver = await service.receiver();
    receiver.behave({ kind: 'answer', status: 200, delayMs: 2_000 });
    await service.subscribe(app, receiver.url);
    // Of an endpoint that nothing is known of, two are tried within workflow tasks, the others as normal activities.
    const citizens = ['c-1', 'c-2', 'c-3', 'c-4', 'c-5'];
    const changes = await Promise.all(citizens.map((citizen) => service.consent(app, citizen, 'GRANTED')));
    const ids = changes.map(({ deliveries }) => deliveries[0]?.id ?? '');
    await eventually(() => expect(receiver.received).toHaveLength(ids.length));

    const signalledAt = Date.now();
    await end(worker, 'SIGTERM');
    report(`ended ${Date.now() - signalledAt} ms after the signal, with answers of 2 s in flight`);
    expect([worker.exitCode, worker.signalCode]).toEqual([0, null]);
    expect(Date.now() - signalledAt).toBeLessThan(20_000);
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
    expect(lines.at(-1)).toContain('worker stopped');
    expect(lines.filter((line) => !/^\{.*\}$/.test(line))).toEqual([]);
    rmSync(directory, { recursive: true });
    for (const id of ids) {
      const { status, attempts } = (await service.delivery(id)) as Logged;
      expect([status, attempts]).toEqual(['delivered', [expect.objectContaining({ statusCode: 200 })]]);
    }

    start('worker');
    const { workflow } = await service.temporal();
    const results = ids.map((id) => workflow.getHandle(`delivery-${id}`).result());
    await Promise.all(results);
    expect(receiver.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(ids.sort());
  });
});

describe('an API process at SIGTERM', () => {
  let endpoint: Server;
  beforeEach(async () => {
    endpoint = createServer().listen(0, '127.0.0.1');
    await once(endpoint, 'listening');
  });
  afterEach(() => {
    endpoint.closeAllConnections();
    endpoint.close();
  });

  it('answers the open request as the last one of its connection, takes no new connection meanwhile, and ends with 0', async () => {
    const [port = 0] = await freePorts(1);
    const api = start('api', { CPM_PORT: String(port) });
    const url = `http://127.0.0.1:${port}`;
    await eventually(async () => expect((await fetch(`${url}/healthz`)).status).toBe(200));
    const app = await service.application();
    const target = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
    const { id } = (await service.subscribe(app, target)) as { id: string };
    // In flight for as long as the endpoint keeps its test waiting.
    const called = once(endpoint, 'request') as Promise<[unknown, ServerResponse]>;
    const headers = { 'x-api-key': service.key };
    const asking = fetch(`${url}/v1/subscriptions/${id}/test`, { method: 'POST', headers });
    const [, held] = await called;

    const signalledAt = Date.now();
    const ended = end(api, 'SIGTERM');
    await eventually(async () => expect(await connecting(port)).toBe('ECONNREFUSED'));
    expect(api.exitCode).toBeNull();
    held.end('thanks');
    const answered = await asking;
    expect([answered.status, answered.headers.get('connection')]).toEqual([200, 'close']);
    expect(await answered.json()).toMatchObject({ responseBody: 'thanks' });
    await ended;
    report(`ended ${Date.now() - signalledAt} ms after the signal`);
    expect([api.exitCode, api.signalCode]).toEqual([0, null]);
    expect(Date.now() - signalledAt).toBeLessThan(20_000);
  });
});

/** A delivery as the log shows it. */
interface Logged {
  readonly status: string;
  readonly attempts: readonly { readonly statusCode: number | null }[];
}

/** How an attempt to connect ends: the code of its error, or `connected`. */
function connecting(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
  });
}

describe('a process that nobody expected to fail', () => {
  it.each([
    ['by a promise', 'failed: new Promise(() => {}) }; void Promise.reject(error)'],
    ['in a callback', 'failed: new Promise(() => {}) }; setImmediate(() => { throw error })'],
    ['as a part of it', 'failed: Promise.reject(error) }'],
  ])('says what failed and where, and nothing of what the error says: %s', (_, how) => {
    const program = `
      const { runUntilStopped } = require(${JSON.stringify(path.join(projectRoot, 'dist/src/bin/parts/run.js'))});
      const cause = Object.assign(new RangeError('of ada@example.com'), { code: 'P2002' });
      const error = new TypeError('the token abc', { cause });
      void runUntilStopped(async () => { const parts = { stop: async () => {}, ${how}; return parts; });`;
    const { status, stderr, stdout } = spawnSync(process.execPath, ['-e', program], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^cpm-webhooks: TypeError\n {4}at .*\ncaused by RangeError \(P2002\)\n {4}at /s);
    expect(stderr).not.toMatch(/the token abc|ada@example/);
  });
});
