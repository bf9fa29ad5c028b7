import { Connection } from '@temporalio/client';
import { readConfig } from '../../../src/platform/config';
import { connectionOptions } from '../../../src/platform/temporal';
import { testTemporal } from '../../harness/stack';

describe('a Temporal on this machine', () => {
  const before = process.env.http_proxy;
  beforeAll(() => (process.env.http_proxy = 'http://127.0.0.1:9'));
  afterAll(() => {
    if (before === undefined) delete process.env.http_proxy;
    else process.env.http_proxy = before;
  });

  it('is reached whatever proxy the environment names', async () => {
    const temporal = { ...readConfig({}).temporal, ...testTemporal() };
    const connection = await Connection.connect(connectionOptions(temporal));
    await expect(connection.workflowService.getSystemInfo({})).resolves.toBeDefined();
    await connection.close();
  });

  it('is told from one that the proxy may have to lead to', () => {
    const at = (address: string) => connectionOptions({ ...readConfig({}).temporal, address }).channelArgs;
    expect(at('temporal.example.com:7233')).toBeUndefined();
    for (const here of ['127.0.0.1:7233', 'localhost:7233', '[::1]:7233'])
      expect(at(here)).toEqual({ 'grpc.enable_http_proxy': 0 });
  });
});
