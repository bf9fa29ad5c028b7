/** What Temporal's own refusals mean for the others. */
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { callTemporal, TemporalAwayError, TemporalRefusedError } from '../../../src/outbox/temporal-call';
import { freePorts } from '../../harness/free-ports';
import { startRefusingTemporal } from '../../harness/refusing-temporal';
import { testTemporal } from '../../harness/stack';

let connection: Connection;
let client: Client;
beforeAll(async () => {
  const { address, namespace } = testTemporal();
  connection = await Connection.connect({ address });
  client = new Client({ connection, namespace });
});
afterAll(() => connection.close());

describe('a call to Temporal', () => {
  it('that Temporal does not accept concerns nobody else', async () => {
    const start = client.workflow.start.bind(client.workflow);
    const tooLong = callTemporal(client, () =>
      start('deliverWebhook', { taskQueue: 'none', workflowId: 'x'.repeat(2_000), args: [] }),
    );
    await expect(tooLong).rejects.toThrow(TemporalRefusedError);
    await expect(tooLong).rejects.toThrow('Temporal refused it: INVALID_ARGUMENT');
  });

  it('about a workflow that is not there says so', async () => {
    const call = callTemporal(client, () => client.workflow.getHandle('nobody').describe());
    await expect(call).rejects.toThrow(WorkflowNotFoundError);
  });

  it('finds Temporal away where the namespace is missing: everybody else would', async () => {
    const other = new Client({ connection, namespace: 'nowhere' });
    const call = callTemporal(other, () => other.workflow.getHandle('nobody').describe());
    await expect(call).rejects.toThrow(TemporalAwayError);
  });

  it('finds Temporal away where no answer comes in time', async () => {
    // As a dispatcher is connected.
    const native = await NativeConnection.connect({ address: testTemporal().address });
    const other = new Client({ connection: native });
    const call = callTemporal(other, () =>
      other.withDeadline(Date.now(), () => other.workflow.getHandle('nobody').describe()),
    );
    await expect(call).rejects.toThrow(TemporalAwayError);
    await native.close();
  });

  it.each([
    ['PERMISSION_DENIED', 7, TemporalAwayError],
    ['UNAUTHENTICATED', 16, TemporalAwayError],
    ['DEADLINE_EXCEEDED', 4, TemporalAwayError],
    ['CANCELLED', 1, TemporalAwayError],
    ['FAILED_PRECONDITION', 9, TemporalRefusedError],
    ['UNIMPLEMENTED', 12, TemporalRefusedError],
  ])('tells whether others would fare better than %s', async (name, status, kind) => {
    const server = await startRefusingTemporal(status);
    const native = await NativeConnection.connect({ address: server.address });
    const other = new Client({ connection: native });
    const call = callTemporal(other, () => other.workflow.getHandle('nobody').describe());
    await expect(call).rejects.toThrow(kind);
    if (kind === TemporalRefusedError) await expect(call).rejects.toThrow(`Temporal refused it: ${name}`);
    await native.close();
    server.close();
  });

  it('finds Temporal away where nothing listens', async () => {
    const [port = 0] = await freePorts(1);
    const nowhere = Connection.lazy({ address: `127.0.0.1:${port}` });
    const other = new Client({ connection: nowhere });
    const call = callTemporal(other, () => other.workflow.getHandle('nobody').describe());
    await expect(call).rejects.toThrow(TemporalAwayError);
    await nowhere.close();
  });
});
