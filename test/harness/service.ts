/** The whole service on real parts, as its users meet it: REST on one side, real receivers on the other. */
import { randomBytes } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { startReceiver, type Receiver, type ReceiverOptions } from '../../tools/receiver/receiver';
import { readConfig } from '../../src/platform/config';
import { openDatabase, type Database } from '../../src/platform/database';
import { createLogger, type Logger } from '../../src/platform/logger';
import { startApi } from '../../src/bin/parts/api';
import type { RunnableConfig, RunningProcess } from '../../src/bin/parts/process';
import { startWorker } from '../../src/bin/parts/worker';
import { eventually } from './eventually';
import { startTestPostgres, testTemporal, type TestPostgres } from './stack';
import { undocumented } from './webhook-schemas';

export { eventually };

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

/** Parts of a test's own, in place of the run's. */
export interface OwnParts {
  readonly postgres?: TestPostgres;
  /** An API key that its database knows; else there is a new one. */
  readonly apiKey?: string;
  readonly logger?: Logger;
}

export class TestService {
  private readonly receivers: Receiver[] = [];
  private readonly workers: RunningProcess[] = [];
  private api: (RunningProcess & { readonly url: string }) | undefined;
  private connection: Connection | undefined;
  /** What was wrong with the first body that its receivers got and no schema allows. */
  private undocumented: string | undefined;
  readonly db: Database;
  readonly config: RunnableConfig;

  private constructor(
    private readonly postgres: TestPostgres,
    settings: Partial<RunnableConfig>,
    private readonly logger: Logger,
    readonly key: string,
  ) {
    this.db = openDatabase(postgres.url);
    const config = readConfig({ CPM_API_KEY: this.key });
    this.config = {
      ...config,
      port: 0,
      databaseUrl: postgres.url,
      encryptionKey: randomBytes(32),
      allowPrivateTargets: true,
      attemptBackoffMs: 20,
      temporal: { ...config.temporal, ...testTemporal() },
      ...settings,
    };
  }

  static async start(
    settings: Partial<RunnableConfig> = {},
    workers = 1,
    own: OwnParts = {},
  ): Promise<TestService> {
    const logger = own.logger ?? createLogger(process.env.CPM_TEST_LOG ?? 'silent', 'test');
    const key = own.apiKey ?? `key-${randomBytes(12).toString('hex')}`;
    const service = new TestService(own.postgres ?? (await startTestPostgres()), settings, logger, key);
    service.api = await startApi(service.config, logger);
    for (let i = 0; i < workers; i++) await service.addWorker();
    return service;
  }

  get url(): string {
    return this.api?.url ?? '';
  }

  async addWorker(settings: Partial<RunnableConfig> = {}): Promise<RunningProcess> {
    const publicUrl = this.url;
    const worker = await startWorker({ ...this.config, publicUrl, ...settings }, this.logger);
    this.workers.push(worker);
    return worker;
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
  }

  async stop(): Promise<void> {
    await this.stopWorkers();
    await this.api?.stop();
    await Promise.all(this.receivers.map((receiver) => receiver.close()));
    await this.connection?.close();
    await this.db.$disconnect();
    await this.postgres.stop();
    if (this.undocumented) throw new Error(this.undocumented);
  }

  async temporal(): Promise<Client> {
    this.connection ??= await Connection.connect({ address: this.config.temporal.address });
    return new Client({ connection: this.connection, namespace: this.config.temporal.namespace });
  }

  async receiver(options: Partial<ReceiverOptions> = {}): Promise<Receiver> {
    const receiver = await startReceiver({
      port: 0,
      ...options,
      onReceived: (received) => {
        this.undocumented ??= undocumented(received.headers, received.body);
        options.onReceived?.(received);
      },
    });
    this.receivers.push(receiver);
    return receiver;
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        'x-api-key': this.key,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /**
   * As `call`, and fails unless the answer is a success. Like any good caller it asks once more where the database had no
   * connection for it in time, as when many call at once on a slow machine.
   */
  async ok(method: string, path: string, body?: unknown): Promise<any> {
    const first = await this.call(method, path, body);
    const answer = first.body?.code === 'database_unavailable' ? await this.call(method, path, body) : first;
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** An application of its own with two options and a preference. */
  async application(settings: object = {}): Promise<string> {
    const id = `app-${randomBytes(4).toString('hex')}`;
    await this.ok('PUT', `/v1/applications/${id}`, { name: 'Shop', ...settings });
    for (const option of ['newsletter', 'profiling']) {
      await this.ok('PUT', `/v1/applications/${id}/options/${option}`, { name: option });
    }
    await this.ok('PUT', `/v1/applications/${id}/preferences/colour`, {
      label: 'Colour',
      type: 'single',
      choices: [
        { reference: 'red', label: 'Red' },
        { reference: 'blue', label: 'Blue' },
      ],
    });
    return id;
  }

  subscribe(applicationId: string, url: string, rest: object = {}): Promise<any> {
    return this.ok('POST', '/v1/subscriptions', {
      ...{ applicationId, url, name: 'CRM', updateType: 'consent-receipts' },
      ...rest,
    });
  }

  /** Records one consent. */
  consent(
    applicationId: string,
    externalRef: string,
    state: string,
    rest: object = {},
    optionId = 'newsletter',
  ): Promise<{
    changeId: string;
    citizenId: string;
    transactionIds: string[];
    deliveries: { id: string; subscriptionId: string }[];
  }> {
    return this.ok('POST', '/v1/permissions/transactions', {
      applicationId,
      externalRef,
      changes: [{ optionType: 'option', optionId, justification: 'consent', state, ...rest }],
    }) as never;
  }

  delivery(id: string): Promise<any> {
    return this.ok('GET', `/v1/deliveries/${id}`);
  }

  /** Awaits a delivery's status. */
  async untilStatus(id: string, status: string): Promise<any> {
    return eventually(async () => {
      const delivery = await this.delivery(id);
      if (delivery.status !== status) throw new Error(`the delivery is ${delivery.status}, not ${status}`);
      return delivery;
    });
  }
}

/** The parsed body of a received webhook. */
export function bodyOf(received: { readonly body: string }): any {
  return JSON.parse(received.body);
}
