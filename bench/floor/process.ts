/** The process of the floor: a worker on a task queue of its own, and a client that starts empty workflows on it. */
import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker, type InjectedSinks } from '@temporalio/worker';
import { now } from '../measure/clock';
import type { FloorLoad, FloorReport, FloorResult } from './messages';
import type { emptyWorkflow, FloorSinks } from './workflow';

const TASK_QUEUE = 'bench-floor';
/** As the product's worker has them. */
const CAPACITY = { maxConcurrentWorkflowTaskExecutions: 100, maxCachedWorkflows: 2_000 } as const;

const waiting = new Map<string, () => void>();

const sinks: InjectedSinks<FloorSinks> = {
  floor: { ran: { fn: ({ workflowId }) => waiting.get(workflowId)?.() } },
};

/** Starts a workflow and awaits that it has run. Sharing the worker's connection lets the server start it eagerly. */
async function runOne(client: Client): Promise<string> {
  const workflowId = `floor-${randomUUID()}`;
  const ran = new Promise<void>((resolve) => waiting.set(workflowId, resolve));
  await client.workflow.start<typeof emptyWorkflow>('emptyWorkflow', {
    ...{ workflowId, taskQueue: TASK_QUEUE, requestEagerStart: true },
  });
  await ran;
  waiting.delete(workflowId);
  return workflowId;
}

async function run(client: Client, { workflows, seconds, concurrency }: FloorLoad): Promise<FloorResult> {
  const startedAt = now();
  const deadline = startedAt + seconds * 1_000;
  let begun = 0;
  const starter = async (): Promise<string> => {
    let last = '';
    while (begun < workflows && now() < deadline) {
      begun += 1;
      last = await runOne(client);
    }
    return last;
  };
  const last = await Promise.all(Array.from({ length: concurrency }, starter));
  // The server has completed the others before; of these it is asked.
  await Promise.all(last.filter(Boolean).map((workflowId) => client.workflow.getHandle(workflowId).result()));
  return { workflows: begun, seconds: (now() - startedAt) / 1_000 };
}

function report(message: FloorReport): void {
  process.send?.(message);
}

async function main(): Promise<void> {
  const [address = '', namespace = ''] = process.argv.slice(2);
  Runtime.install({ shutdownSignals: [], logger: new DefaultLogger('ERROR') });
  const connection = await NativeConnection.connect({ address });
  const worker = await Worker.create({
    ...{ connection, namespace, taskQueue: TASK_QUEUE, sinks, ...CAPACITY },
    workflowsPath: require.resolve('./workflow'),
  });
  const running = worker.run();
  const client = new Client({ connection, namespace });
  process.on('message', (load: FloorLoad) => {
    void run(client, load).then((result) => report({ kind: 'done', result }));
  });
  const stop = (): void => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.on('SIGTERM', stop);
  process.on('disconnect', stop);
  report({ kind: 'ready' });
  await running;
  await connection.close();
  process.exit(0);
}

// Ctrl-C reaches every process of the terminal; the benchmark decides when this one ends.
process.on('SIGINT', () => undefined);
void main();
