import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { startReceiver, type Receiver } from '../../tools/receiver/receiver';
import { deliveryWorkflowId } from '../../workflows/deliver-webhook/contract';
import { freePorts } from '../harness/free-ports';
import { alertRules, dashboardQueries, namesAskedFor, namesIn } from '../harness/monitoring';
import { isInstalled, whileScraped } from '../harness/prometheus';
import { eventually } from '../harness/service';
import { SpanCollector } from '../harness/span-collector';
import '../harness/temporal'; // keeps the log of replays short
import { workflowBundle } from '../harness/workflow-bundle';

const root = path.resolve(__dirname, '../..');

/** One installation as `npm start` makes it, with a data directory and ports of its own. */
class Installation {
  readonly dataDir = mkdtempSync(path.join(tmpdir(), 'cpm-start-'));
  private ports: readonly number[] = [];
  private running: ChildProcess | undefined;
  output = '';

  async start(): Promise<void> {
    if (this.ports.length === 0) this.ports = await freePorts(4);
    this.output = '';
    const child = this.spawn();
    this.running = child;
    await eventually(() => {
      if (child.exitCode !== null) throw new Error(`it ended: ${this.output}`);
      expect(this.output).toContain('cpm-webhooks is ready.');
    });
  }

  /** Starts a process on the same data directory, and answers with how it ended. */
  async startAgain(): Promise<{ code: number | null; output: string }> {
    const child = this.spawn();
    let output = '';
    child.stderr?.on('data', (text: Buffer) => (output += text.toString()));
    await once(child, 'exit');
    return { code: child.exitCode, output };
  }

  get url(): string {
    return `http://127.0.0.1:${this.ports[0]}`;
  }

  get metricsPort(): number {
    return this.ports[3] ?? 0;
  }

  get temporalAddress(): string {
    return `127.0.0.1:${this.ports[1] ?? 0}`;
  }

  pidOf(part: 'postgres' | 'temporal'): number {
    return (
      JSON.parse(readFileSync(path.join(this.dataDir, 'run', `${part}.json`), 'utf8')) as { pid: number }
    ).pid;
  }

  async killEverything(): Promise<void> {
    const exited = once(this.process, 'exit');
    for (const pid of [this.process.pid ?? 0, this.pidOf('postgres'), this.pidOf('temporal')])
      process.kill(pid, 'SIGKILL');
    await exited;
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    if (this.process.exitCode !== null) return this.process.exitCode;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
    return this.process.exitCode;
  }

  get process(): ChildProcess {
    if (!this.running) throw new Error('not started');
    return this.running;
  }

  async call(
    method: string,
    route: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const answer = await fetch(`${this.url}${route}`, {
      method,
      headers: { 'x-api-key': API_KEY, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  private spawn(): ChildProcess {
    const [api, temporal, ui, metrics] = this.ports;
    const child = spawn(process.execPath, [path.join(root, 'dist/src/bin/all-in-one.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        TEMPORAL_CLI_PATH: process.env.CPM_TEST_TEMPORAL_CLI,
        CPM_DATA_DIR: this.dataDir,
        CPM_PORT: String(api),
        CPM_TEMPORAL_PORT: String(temporal),
        CPM_TEMPORAL_UI_PORT: String(ui),
        CPM_METRICS_PORT: String(metrics),
        CPM_API_KEY: API_KEY,
        CPM_LOG_LEVEL: 'warn',
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
        OTEL_BSP_SCHEDULE_DELAY: '200',
      },
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => (this.output += text.toString()));
    return child;
  }
}

const API_KEY = 'all-in-one-test-key-0123456789';
let receiver: Receiver;
let collector: SpanCollector;
let installation: Installation;

beforeAll(async () => {
  receiver = await startReceiver({ port: 0 });
  collector = await SpanCollector.start();
  installation = new Installation();
  await installation.start();
});

afterAll(async () => {
  await installation.stop();
  await receiver.close();
  await collector.stop();
  rmSync(installation.dataDir, { recursive: true, force: true });
});

it('answers requests once it reports that it is ready', async () => {
  expect((await installation.call('GET', '/readyz')).status).toBe(200);
  expect(installation.output).toContain(installation.url);
});

it('refuses a second start on the same data directory in one line, and goes on itself', async () => {
  const second = await installation.startAgain();
  expect(second.code).toBe(1);
  expect(second.output.trim().split('\n')).toHaveLength(1);
  expect(second.output).toContain('CPM_DATA_DIR');
  expect((await installation.call('GET', '/readyz')).status).toBe(200);
});

it('delivers what it accepted right before every process was killed', async () => {
  await installation.call('PUT', '/v1/applications/shop', { name: 'Shop' });
  await installation.call('PUT', '/v1/applications/shop/options/news', { name: 'News' });
  await installation.call('POST', '/v1/subscriptions', {
    ...{ applicationId: 'shop', name: 'CRM', url: receiver.url, updateType: 'consent-receipts' },
  });
  receiver.behave({ kind: 'silence' }); // nothing gets through before the kill
  const { status, body } = await installation.call('POST', '/v1/permissions/transactions', {
    ...{ applicationId: 'shop', externalRef: 'c-1' },
    changes: [{ optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' }],
  });
  expect(status).toBe(202);
  await installation.killEverything();
  receiver.behave({ kind: 'answer', status: 200 });
  await installation.start();
  const [delivery] = body.deliveries as { id: string }[];
  await eventually(() => {
    expect(receiver.received.filter((r) => r.answered === 200).map((r) => r.headers['webhook-id'])).toEqual([
      delivery?.id,
    ]);
  });
});

describe('its metrics', () => {
  const scrape = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${installation.metricsPort}/metrics`)).text();

  it("are on a port of their own: the API's, a worker's, the engine's, and what Temporal's SDK measures", async () => {
    const text = await scrape();
    const ended =
      'cpm_deliveries_finished_total{application="shop",update_type="consent-receipts",status="delivered"} 1';
    const made =
      'cpm_attempt_duration_seconds_count{update_type="consent-receipts",outcome="delivered",answer="2xx"} 1';
    for (const line of [
      ended,
      made,
      'cpm_oldest_undelivered_seconds{kind="withdrawal"} 0',
      'cpm_outbox_lag_seconds 0',
      ...['api', 'worker'].flatMap((part) =>
        ['database', 'temporal'].map((what) => `cpm_dependency_up{part="${part}",dependency="${what}"} 1`),
      ),
    ])
      expect(text).toContain(line);
    for (const name of [
      'cpm_database_connections',
      'temporal_worker_task_slots_available',
      'process_cpu_seconds_total',
    ])
      expect(text).toMatch(new RegExp(`^${name}\\{?.* [1-9]`, 'm'));
    expect((await installation.call('GET', '/metrics')).status).toBe(404);
  });

  it('hold whatever alert rules and dashboard ask for', async () => {
    const served = namesIn(await scrape());
    expect(namesAskedFor().filter((name) => !served.has(name))).toEqual([]);
  });

  const missing = (program: string): boolean => {
    const isMissing = !isInstalled(program);
    if (isMissing) process.stdout.write(`  ${program} is not installed: not asked\n`);
    return isMissing;
  };

  it('are sound to promtool', async () => {
    if (missing('promtool')) return;
    const { status, stderr, stdout } = spawnSync('promtool', ['check', 'metrics'], {
      input: await scrape(),
      encoding: 'utf8',
    });
    expect([status, stdout + stderr]).toEqual([0, '']);
  });

  it('answer each question of the dashboard, and none of the alert rules, once a Prometheus scrapes them', async () => {
    if (missing('prometheus')) return;
    /** There are none of these unless something waits, or is wrong. */
    const OF_TROUBLE = /unfinished|outbox_entries|stalled|told_again|restarted/;
    const changes = [{ optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' }];
    const recorded = { applicationId: 'shop', externalRef: 'citizen-of-the-dashboard', changes };
    expect((await installation.call('POST', '/v1/permissions/transactions', recorded)).status).toBe(202);
    await whileScraped(installation.metricsPort, ['cpm-api', 'cpm-worker'], async (ask) => {
      const unanswered = async (): Promise<string[]> => {
        const queries = dashboardQueries().filter((query) => !OF_TROUBLE.test(query));
        const answers = await Promise.all(queries.map(ask));
        return queries.filter((_, place) => answers[place]?.length === 0);
      };
      await eventually(async () => expect(await unanswered()).toEqual([]));
      await Promise.all(dashboardQueries().map(ask)); // those too are understood
      const firing = await Promise.all(
        alertRules().map(async ({ alert, expr }) => [alert, await ask(expr)] as const),
      );
      expect(firing.filter(([, values]) => values.length > 0)).toEqual([]);
    });
  });
});

describe('its traces', () => {
  const record = async (externalRef: string, traceparent: string) => {
    const { body } = await installation.call(
      'POST',
      '/v1/permissions/transactions',
      {
        ...{ applicationId: 'shop', externalRef },
        changes: [{ optionType: 'option', optionId: 'news', justification: 'consent', state: 'GRANTED' }],
      },
      { traceparent },
    );
    const [delivery] = body.deliveries as { id: string }[];
    return { deliveryId: delivery?.id ?? '', changeId: String(body.changeId) };
  };
  const received = (deliveryId: string) =>
    receiver.received.filter(({ headers }) => headers['webhook-id'] === deliveryId);
  const TRACE = 'a'.repeat(32);
  const CALLER = 'b'.repeat(16);

  it('go from the caller through API, outbox, workflow and activity to each request that the receiver gets', async () => {
    receiver.behave({ kind: 'answer', status: 500 });
    const { deliveryId, changeId } = await record('traced-citizen', `00-${TRACE}-${CALLER}-01`);
    await eventually(() => expect(received(deliveryId)).toHaveLength(1));
    receiver.behave({ kind: 'answer', status: 200 });
    const spans = await eventually(() => {
      expect(collector.of(TRACE).map(({ name }) => name)).toEqual(
        expect.arrayContaining(['RunWorkflow:deliverWebhook']),
      );
      return collector.of(TRACE);
    });
    const named = (name: string) => spans.filter((span) => span.name === name);
    const posts = named('POST');
    expect(posts).toHaveLength(2);
    for (const post of posts) {
      const path = [post];
      for (;;) {
        const parent = spans.find(({ spanId }) => spanId === path[0]?.parentSpanId);
        if (!parent) break;
        path.unshift(parent);
      }
      expect(path.map(({ name }) => name)).toEqual([
        'POST /v1/permissions/transactions',
        'outbox start',
        'StartWorkflow:deliverWebhook',
        'RunWorkflow:deliverWebhook',
        expect.stringMatching(/^StartActivity:postWebhook/),
        expect.stringMatching(/^RunActivity:postWebhook/),
        'POST',
      ]);
      expect(path[0]?.parentSpanId).toBe(CALLER);
      expect(post.attributes).toMatchObject({ 'cpm.delivery_id': deliveryId, 'cpm.change_id': changeId });
    }
    expect(posts.map(({ attributes }) => Number(attributes['http.response.status_code'])).sort()).toEqual([
      200, 500,
    ]);
    expect(
      received(deliveryId)
        .map(({ headers }) => headers.traceparent)
        .sort(),
    ).toEqual(posts.map(({ spanId }) => `00-${TRACE}-${spanId}-01`).sort());
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['cpm-webhooks']));
    expect(collector.text).not.toMatch(
      new RegExp(`traced-citizen|${API_KEY}|${receiver.url}|exception.message`),
    );
  });

  it('leave out what the caller does not have sampled, and what belongs to no request', async () => {
    const { deliveryId } = await record('untraced-citizen', `00-${'c'.repeat(32)}-${CALLER}-00`);
    await eventually(() => expect(received(deliveryId)).toHaveLength(1));
    expect(received(deliveryId)[0]?.headers.traceparent).toBeUndefined();
    // What comes after it has been sent.
    await eventually(async () => {
      await installation.call('GET', '/v1/applications', undefined, {
        traceparent: `00-${'d'.repeat(32)}-${CALLER}-01`,
      });
      expect(collector.of('d'.repeat(32))).not.toEqual([]);
    });
    expect(collector.of('c'.repeat(32))).toEqual([]);
    const roots = collector.spans.filter(({ parentSpanId = '' }) => parentSpanId === '');
    expect(roots.filter(({ name }) => !/^[A-Z]+ \/v1\//.test(name))).toEqual([]);
  });

  it('leave histories that are replayed with traces and without', async () => {
    const { deliveryId } = await record('replayed-citizen', `00-${'e'.repeat(32)}-${CALLER}-01`);
    await eventually(() =>
      expect(collector.of('e'.repeat(32)).map(({ name }) => name)).toContain('RunWorkflow:deliverWebhook'),
    );
    const connection = await Connection.connect({ address: installation.temporalAddress });
    const history = await new Client({ connection }).workflow
      .getHandle(deliveryWorkflowId(deliveryId))
      .fetchHistory();
    await connection.close();
    for (const traced of [false, true])
      await Worker.runReplayHistory(
        {
          workflowBundle: await workflowBundle({ traced }),
          sinks: { exporter: { export: { fn: () => undefined } } },
        },
        history,
      );
  });
});

it('stops as a whole, with a clear message, when a part dies', async () => {
  const { process: child } = installation;
  const exited = once(child, 'exit');
  process.kill(installation.pidOf('temporal'), 'SIGKILL');
  await exited;
  expect(child.exitCode).toBe(1);
  expect(installation.output).toMatch(/Temporal ended by SIGKILL.*start again/s);
  expect(() => process.kill(installation.pidOf('postgres'), 0)).toThrow();
  await installation.start();
});

it('stops gracefully at Ctrl-C, and leaves no process running', async () => {
  const pids = [installation.pidOf('postgres'), installation.pidOf('temporal')];
  expect(await installation.stop('SIGINT')).toBe(0);
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
});
