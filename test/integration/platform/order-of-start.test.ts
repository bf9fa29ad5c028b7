/** Parts that are started before what they need is there: each says what it waits for, and goes on when it comes. */
import { randomBytes } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time';
import { Pool } from 'pg';
import { awaitPart, NotYetError } from '../../../src/bin/parts/await-part';
import { awaitTemporal } from '../../../src/bin/parts/await-temporal';
import { openStore } from '../../../src/bin/parts/open-store';
import { readRunnableConfig, type RunnableConfig } from '../../../src/bin/parts/process';
import type { Logger } from '../../../src/platform/logger';
import { applyMigrations } from '../../../src/platform/migrations';
import { refuseOtherTimeZones } from '../../../src/platform/time-zone';
import { startDatabaseProxy } from '../../harness/database-proxy';
import { freePorts } from '../../harness/free-ports';
import { startRefusingTemporal } from '../../harness/refusing-temporal';
import { eventually, TestService } from '../../harness/service';
import { startBarePostgres, startTestPostgres, testServer, testTemporal } from '../../harness/stack';
import { SEARCH_ATTRIBUTES } from '../../../workflows/shared/search-attributes';

/** What a part says while it waits. */
class Said {
  readonly lines: string[] = [];
  private readonly note = (...given: unknown[]): void => void this.lines.push(String(given.at(-1)));
  readonly logger = { warn: this.note, info: () => undefined } as unknown as Logger;
}

const configOf = (settings: Readonly<Record<string, string>>): RunnableConfig =>
  readRunnableConfig({
    CPM_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    ...settings,
  });

/** Opens the database as a part that starts, and closes it again. */
async function opened(databaseUrl: string, { logger }: Said): Promise<void> {
  const { db } = await openStore(configOf({ DATABASE_URL: databaseUrl }), logger);
  await db.$disconnect();
}

describe('the database', () => {
  it('is awaited, and what is missing is said once', async () => {
    const said = new Said();
    let looks = 0;
    const look = (): Promise<string> => {
      looks += 1;
      return looks < 3 ? Promise.reject(new NotYetError('nothing there')) : Promise.resolve('here');
    };
    expect(await awaitPart(look, said.logger)).toBe('here');
    expect(said.lines).toEqual(['waiting: nothing there']);
  });

  it('is named by its address and the setting, also once the wait is over', async () => {
    const [port = 0] = await freePorts(1);
    const config = configOf({ DATABASE_URL: `postgresql://cpm:secret@127.0.0.1:${port}/cpm` });
    const line = `PostgreSQL does not answer at 127.0.0.1:${port} (DATABASE_URL)`;
    await expect(openStore(config, new Said().logger, 0)).rejects.toThrow(line);
  });

  it('is awaited until it has the schema of this version', async () => {
    const postgres = await startBarePostgres();
    const said = new Said();
    const start = opened(postgres.url, said);
    await eventually(() =>
      expect(said.lines).toEqual([
        expect.stringMatching(
          /^waiting: the database lacks \d+ migrations of this version \(npm run migrate\)$/,
        ),
      ]),
    );
    await applyMigrations({ databaseUrl: postgres.url, logger: said.logger });
    await start;
    await postgres.stop();
  });

  it('is awaited until it lets the role in', async () => {
    const postgres = await startTestPostgres();
    const role = `late_${randomBytes(4).toString('hex')}`;
    const url = new URL(postgres.url);
    Object.assign(url, { username: role, password: 'of-its-own' });
    const said = new Said();
    const start = opened(url.href, said);
    await eventually(() =>
      expect(said.lines.join()).toContain('does not let the role of DATABASE_URL in yet'),
    );
    expect(said.lines.join()).not.toContain('of-its-own');
    const server = testServer();
    await server.run(`CREATE ROLE ${role} LOGIN SUPERUSER PASSWORD 'of-its-own'`);
    await start;
    await postgres.stop();
    await server.run(`DROP ROLE ${role}`);
  });

  it('is asked for UTC by a parameter of the session, which poolers keep as they do not keep options', async () => {
    const postgres = await startTestPostgres();
    let sent = '';
    const proxy = await startDatabaseProxy(postgres.url, () => ({
      fromClient: (data) => (sent += data.toString('latin1')),
    }));
    await opened(proxy.url, new Said());
    expect(sent).toContain('\0TimeZone\0UTC\0');
    expect(sent).not.toContain('\0options\0');
    await proxy.stop();
    await postgres.stop();
  });

  it('is refused where something between sets another time zone', async () => {
    const postgres = await startTestPostgres();
    const pool = new Pool({ connectionString: postgres.url, options: '-c TimeZone=Asia/Karachi' });
    await expect(refuseOtherTimeZones(pool)).rejects.toThrow(
      /must have the time zone UTC and have Asia\/Karachi/,
    );
    await pool.end();
    await postgres.stop();
  });
});

describe('Temporal', () => {
  const temporalAt = (address: string, namespace = 'default'): RunnableConfig =>
    configOf({ TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace });

  it('is awaited until it has the namespace, whose search attributes are registered then', async () => {
    const { address } = testTemporal();
    const namespace = `late-${randomBytes(4).toString('hex')}`;
    const said = new Said();
    const start = awaitTemporal(temporalAt(address, namespace), said.logger);
    const command = `temporal operator namespace create --address ${address} --namespace ${namespace} --retention 72h`;
    const line = `waiting: Temporal at ${address} has no namespace ${namespace} (TEMPORAL_NAMESPACE): ${command}`;
    await eventually(() => expect(said.lines).toEqual([line]));
    const connection = await Connection.connect({ address });
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('72h'),
    });
    await start;
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.keys(SEARCH_ATTRIBUTES)));
    await connection.close();
  });

  it('is awaited where nothing answers, by its address and the settings', async () => {
    const [port = 0] = await freePorts(1);
    const line = `Temporal does not answer at 127.0.0.1:${port} (TEMPORAL_ADDRESS; TEMPORAL_TLS where it speaks TLS)`;
    const start = awaitTemporal(temporalAt(`127.0.0.1:${port}`), new Said().logger, 0);
    await expect(start).rejects.toThrow(line);
  });

  it('that refuses this process is not awaited', async () => {
    const server = await startRefusingTemporal(7);
    const { address } = server;
    await expect(awaitTemporal(temporalAt(address), new Said().logger)).rejects.toThrow(
      `Temporal at ${address} refuses this process: look at TEMPORAL_API_KEY`,
    );
    server.close();
  });

  it('without the namespace is none that the API takes for ready', async () => {
    const temporal = { ...configOf({}).temporal, ...testTemporal(), namespace: 'absent' };
    const service = await TestService.start({ temporal }, 0);
    const { status, body } = await service.call('GET', '/readyz');
    expect([status, body]).toEqual([503, { status: 'unavailable', unavailable: ['temporal'] }]);
    await service.stop();
  });
});
