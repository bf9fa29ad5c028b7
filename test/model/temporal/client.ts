/** The client of the Temporal stand-in, as far as the gateway, visibility and the reports of attempts use one. */
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { Life } from '../world/life';
import type { Steps } from '../world/steps';
import type { TemporalServer } from './server';

interface StartOptions {
  readonly workflowId: string;
  readonly args: readonly unknown[];
}

/** Each call is a step of the process that makes it. */
export function createClient(server: TemporalServer, steps: Steps, life: Life): Client {
  const call = async <T>(label: string, act: () => T): Promise<T> => {
    await steps.turn(life, label);
    return act();
  };
  const found = (workflowId: string, act: () => boolean): void => {
    if (!act()) throw new WorkflowNotFoundError('not found', workflowId, undefined);
  };
  const start = (type: string, { workflowId, args }: StartOptions): Promise<void> =>
    call(`start ${type}`, () => {
      if (!server.start(workflowId, type, args[0]))
        throw new WorkflowExecutionAlreadyStartedError('it runs', workflowId, type);
    });
  const getHandle = (workflowId: string): object => ({
    signal: ({ name }: { readonly name: string }, ...args: unknown[]) =>
      call(`signal ${name}`, () => found(workflowId, () => server.signal(workflowId, name, args))),
    cancel: () =>
      call('cancel', () =>
        found(workflowId, () => {
          server.running(workflowId)?.cancel();
          return server.running(workflowId) !== undefined;
        }),
      ),
    describe: () =>
      call('describe', () => {
        found(workflowId, () => server.running(workflowId) !== undefined);
        return { status: { name: 'RUNNING' }, raw: {} };
      }),
  });
  const listWorkflowExecutions = ({ query }: { readonly query: string }): Promise<object> =>
    call('list workflows', () => {
      const [, type = ''] = /WorkflowType = '(\w+)'/.exec(query) ?? [];
      const open = query.includes(`ExecutionStatus = 'Running'`);
      const shown = server
        .all(type)
        .filter(({ outcome }) =>
          open ? outcome === 'RUNNING' : outcome === 'CANCELLED' || outcome === 'FAILED',
        );
      return {
        executions: shown.map(({ workflowId }) => ({ execution: { workflowId } })),
        nextPageToken: new Uint8Array(),
      };
    });
  const report = (token: Uint8Array, end: Parameters<TemporalServer['report']>[1]): Promise<void> =>
    call('report an attempt', () => server.report(token, end));
  return {
    options: { namespace: 'model' },
    withDeadline: <T>(_: number, work: () => Promise<T>) => work(),
    workflow: { start, getHandle },
    workflowService: { listWorkflowExecutions },
    activity: {
      complete: (token: Uint8Array, value: unknown) => report(token, (task, of) => task.complete(of, value)),
      fail: (token: Uint8Array, error: unknown) => report(token, (task, of) => task.fail(of, error)),
    },
  } as unknown as Client;
}
