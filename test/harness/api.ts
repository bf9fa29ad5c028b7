/** The real API over HTTP on a real PostgreSQL, with what it logs. */
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { ensureFirstApiKey } from '../../src/access/api-keys';
import { createApiKeyAuthenticator } from '../../src/access/authenticate';
import type { Role } from '../../src/access/scopes';
import { createApp, type AppDependencies } from '../../src/api/app';
import { createPoster } from '../../src/delivery/http/post';
import { openDatabase, type Database } from '../../src/platform/database';
import type { FieldProblem } from '../../src/platform/errors';
import { ProcessMetrics } from '../../src/platform/metrics';
import { createSealer, type Sealer } from '../../src/platform/encryption';
import { AGREEABLE_PROVIDER } from './identity-provider';
import { loggedIn } from './logged-in';
import { startTestPostgres, type TestPostgres } from './stack';
import type { Visitor } from './visitor';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: AnswerBody;
  readonly text: string;
}

/** The parsed body; the members that tests look into have their types. */
export interface AnswerBody {
  readonly id: string;
  readonly applicationId: string;
  readonly name: string;
  readonly status: string;
  readonly key: string;
  readonly prefix: string;
  readonly signingSecret: string;
  readonly changeId: string;
  readonly total: number;
  readonly items: readonly AnswerBody[];
  readonly errors: readonly FieldProblem[];
  readonly deliveries: readonly [{ readonly id: string; readonly subscriptionId: string }];
  readonly authentication: {
    readonly apiKeyAuth: unknown;
    readonly bearerAuth: { readonly expiresAt: unknown };
  };
  readonly [member: string]: unknown;
}

export interface CallOptions {
  /** Sent as JSON, or as it is where it is text. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

export class ApiRig {
  readonly logged: string[] = [];
  /** Notifications of the dispatchers. */
  notifications = 0;
  url = '';
  private owner: Promise<Visitor> | undefined;
  readonly sealer: Sealer = createSealer([randomBytes(32)]);
  readonly key: string = `key-${randomBytes(16).toString('hex')}`;
  readonly setupCode: string = randomBytes(9).toString('hex');

  private constructor(
    readonly db: Database,
    readonly postgres: TestPostgres,
    private readonly server: Server,
  ) {}

  static async start(overrides: Partial<AppDependencies> = {}, own?: TestPostgres): Promise<ApiRig> {
    const postgres = own ?? (await startTestPostgres());
    const rig = new ApiRig(openDatabase(postgres.url), postgres, createServer());
    await ensureFirstApiKey(rig.db, rig.key);
    await rig.listen(overrides);
    return rig;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.db.$disconnect();
    await this.postgres.stop();
  }

  /** Calls with the rig's API key. */
  async call(method: string, target: string, { body, headers }: CallOptions = {}): Promise<Answer> {
    const response = await fetch(this.url + target, {
      method,
      headers: {
        'x-api-key': this.key,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) as AnswerBody, text };
  }

  /** Calls as an owner who is logged in. */
  async asOwner(method: string, target: string, options?: CallOptions): Promise<Answer> {
    this.owner ??= this.logIn('owner');
    return (await this.owner).call(method, target, options);
  }

  /** Adds an administrator and begins their session. */
  logIn(role: Role, applicationIds: readonly string[] | null = null): Promise<Visitor> {
    return loggedIn(this.db, this.url, role, applicationIds);
  }

  /** Everything logged so far, as text. */
  log(): string {
    return this.logged.join('');
  }

  private async listen(overrides: Partial<AppDependencies>): Promise<void> {
    const logger = pino({ level: 'debug' }, { write: (text: string) => void this.logged.push(text) });
    const authenticator = createApiKeyAuthenticator(this.db);
    authenticator.hearOthers(true); // there are none
    const app = createApp({
      db: this.db,
      sealer: this.sealer,
      authenticator,
      outboxNotifier: { notify: () => void (this.notifications += 1) },
      logger,
      rules: { allowPrivateTargets: false },
      poster: createPoster({ requestTimeoutMs: 2_000, allowPrivateTargets: false }),
      temporalLinks: { uiUrl: 'http://temporal.test', namespace: 'default' },
      checks: {
        database: async () => void (await this.db.$queryRaw`SELECT 1`),
        temporal: () => Promise.resolve(),
      },
      metrics: new ProcessMetrics(),
      servesMetrics: true,
      publicUrl: 'https://cpm.test',
      trustedProxies: [],
      ways: { passwords: true, secondFactorRequired: false, provider: AGREEABLE_PROVIDER },
      setupCode: this.setupCode,
      uiDir: '/nowhere',
      helpDir: '/nowhere',
      alertKeys: [],
      version: '0.0.0',
      ...overrides,
    });
    this.server.on('request', app);
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
