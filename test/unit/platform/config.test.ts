import { randomBytes } from 'node:crypto';
import path from 'node:path';
import express from 'express';
import { Client } from 'pg';
import { readConfig } from '../../../src/platform/config';
import { ConfigError } from '../../../src/platform/config-reader';

describe('the configuration', () => {
  it('needs nothing: every setting has a default', () => {
    expect(readConfig({})).toMatchObject({
      ...{ host: '127.0.0.1', port: 3000, dataDir: path.resolve('.data'), databaseUrl: undefined },
      preparedStatements: true,
      temporal: { address: undefined, namespace: 'default', tls: undefined, port: 7233, uiPort: 8233 },
      ...{ retryIntervalMs: 3_600_000, attemptBackoffMs: 1_000, requestTimeoutMs: 15_000 },
      ...{ retentionMs: 30 * 86_400_000, logLevel: 'info', encryptionKey: undefined, apiKey: undefined },
      maxConnections: 20,
      worker: {
        ...{ workflowSlots: 100, activitySlots: 64, workflowPollers: 16, activityPollers: 16 },
        ...{ cachedWorkflows: 200, dispatchBatch: 32 },
      },
    });
  });

  it('takes an empty or blank value as none', () => {
    expect(readConfig({ CPM_PORT: '', CPM_RETENTION: '  ' })).toEqual(readConfig({}));
  });

  it('reads what is set', () => {
    const key = randomBytes(32);
    const config = readConfig({
      CPM_PORT: '0',
      DATABASE_URL: 'postgresql://cpm:secret@db:5432/cpm',
      TEMPORAL_ADDRESS: 'temporal:7233',
      CPM_ENCRYPTION_KEY: key.toString('base64'),
      CPM_RETRY_INTERVAL: '90s',
      CPM_ALLOW_PRIVATE_TARGETS: 'true',
      CPM_PREPARED_STATEMENTS: 'false',
      CPM_DATABASE_CONNECTIONS: '40',
      CPM_WORKFLOW_SLOTS: '200',
      CPM_ACTIVITY_SLOTS: '128',
      CPM_WORKFLOW_POLLERS: '32',
      CPM_ACTIVITY_POLLERS: '24',
      CPM_WORKFLOW_CACHE: '5000',
      CPM_DISPATCH_BATCH: '64',
      CPM_METRICS_PORT: '9464',
    });
    expect(config.metricsListener).toEqual({ host: '127.0.0.1', port: 9464 });
    expect(config.port).toBe(0);
    expect(config.databaseUrl).toBe('postgresql://cpm:secret@db:5432/cpm');
    expect(config.temporal.address).toBe('temporal:7233');
    expect(config.encryptionKey).toEqual(key);
    expect(config.retryIntervalMs).toBe(90_000);
    expect(config.allowPrivateTargets).toBe(true);
    expect(config.preparedStatements).toBe(false);
    expect(config.maxConnections).toBe(40);
    expect(config.worker).toEqual({
      ...{ workflowSlots: 200, activitySlots: 128, workflowPollers: 32, activityPollers: 24 },
      ...{ cachedWorkflows: 5_000, dispatchBatch: 64 },
    });
  });

  it.each([
    [{}, 'http://127.0.0.1:3000'],
    [{ CPM_PORT: '80', CPM_HOST: '0.0.0.0' }, 'http://localhost:80'],
    [{ CPM_HOST: '::1' }, 'http://[::1]:3000'],
    [{ CPM_PUBLIC_URL: 'https://consent.example.com/cpm/' }, 'https://consent.example.com/cpm'],
  ])('begins links with where the API is reached: %j', (env, publicUrl) => {
    expect(readConfig(env).publicUrl).toBe(publicUrl);
  });

  it.each([
    [undefined, []],
    ['loopback', ['loopback']],
    [' 10.0.0.7 ,2001:db8::/32, uniquelocal ', ['10.0.0.7', '2001:db8::/32', 'uniquelocal']],
    ['127.0.0.0/8,::1,linklocal', ['127.0.0.0/8', '::1', 'linklocal']],
  ])('believes the reverse proxies that it names, in a form that Express takes: %s', (list, proxies) => {
    const { trustedProxies } = readConfig({ CPM_TRUSTED_PROXIES: list });
    expect(trustedProxies).toEqual(proxies);
    expect(() => express().set('trust proxy', trustedProxies)).not.toThrow();
  });

  it('lets people in by passwords, by an identity provider, or both', () => {
    const provider = {
      ...{ CPM_OIDC_ISSUER: 'https://accounts.example.com/realms/a', CPM_OIDC_CLIENT_ID: 'cpm' },
      CPM_OIDC_ACR_VALUES: 'phr  mfa',
      CPM_OIDC_ROLES: 'cn=admins,ou=groups=owner; shop team=editor:acme-shop,acme-blog ;staff=viewer;',
    };
    expect(readConfig({})).toMatchObject({
      ...{ passwordLogin: true, secondFactorRequired: false, identityProvider: undefined },
    });
    expect(readConfig({ CPM_REQUIRE_SECOND_FACTOR: 'true' })).toMatchObject({ secondFactorRequired: true });
    expect(() => readConfig({ CPM_REQUIRE_SECOND_FACTOR: 'yes' })).toThrow(/CPM_REQUIRE_SECOND_FACTOR/);
    expect(readConfig({ ...provider, CPM_PASSWORD_LOGIN: 'off' })).toMatchObject({
      passwordLogin: false,
      identityProvider: {
        ...{
          issuer: provider.CPM_OIDC_ISSUER,
          clientId: 'cpm',
          clientSecret: undefined,
          trustsEmails: false,
        },
        ...{ scope: 'openid email', roleClaim: 'roles', levels: ['phr', 'mfa'] },
        roles: [
          { value: 'cn=admins,ou=groups', role: 'owner', applicationIds: null },
          { value: 'shop team', role: 'editor', applicationIds: ['acme-shop', 'acme-blog'] },
          { value: 'staff', role: 'viewer', applicationIds: null },
        ],
      },
    });
    for (const missing of ['CPM_OIDC_CLIENT_ID', 'CPM_OIDC_ROLES'])
      expect(() => readConfig({ ...provider, [missing]: '' })).toThrow(
        `${missing} must be set with CPM_OIDC_ISSUER`,
      );
  });

  it('tells operators by mail where both a mail server and somebody to tell are set', () => {
    const [to, smtp] = [{ CPM_ALERT_EMAIL_TO: 'a@b.example, c@d.example' }, { CPM_SMTP_URL: 'smtp://mail' }];
    expect(readConfig({})).toMatchObject({ alertWithdrawalAfterMs: 900_000, alertWebhookUrl: undefined });
    expect(readConfig({ ...to, ...smtp }).alertEmail).toEqual({
      ...{ to: ['a@b.example', 'c@d.example'], from: 'a@b.example', smtpUrl: 'smtp://mail' },
    });
    expect(() => readConfig(to)).toThrow('CPM_SMTP_URL must be set with CPM_ALERT_EMAIL_TO');
    expect(() => readConfig(smtp)).toThrow('CPM_ALERT_EMAIL_TO must be set with CPM_SMTP_URL');
  });

  it('encrypts the connection to Temporal where that is set', () => {
    expect(readConfig({ TEMPORAL_TLS: 'true' }).temporal.tls).toBeDefined();
    expect(readConfig({ TEMPORAL_TLS: 'false', TEMPORAL_TLS_SERVER_NAME: 'x' }).temporal.tls).toBeUndefined();
  });
});

const WRONG_PROXIES = [
  ...['10', '1', 'true', 'hunter2.example.com', 'Loopback', '10.0.0.1;10.0.0.2', '10.0.0.1,'],
  ...['10.0.0.0/33', '::1/129', '0.0.0.0/0', '::/0'],
].map((value): [string, string, string] => [
  'CPM_TRUSTED_PROXIES',
  value,
  'a comma-separated list of addresses, CIDR ranges, and the names loopback, linklocal, uniquelocal',
]);

describe('the URL of a database', () => {
  const tlsOf = (query: string): unknown => {
    const { databaseUrl = '' } = readConfig({ DATABASE_URL: `postgresql://cpm:secret@db/cpm${query}` });
    return new Client(databaseUrl).ssl;
  };

  it('means by sslmode what it does for psql: encrypted, or of somebody who is known', () => {
    expect(tlsOf('')).toBe(false);
    expect(tlsOf('?sslmode=require')).toEqual({ rejectUnauthorized: false });
    expect(tlsOf('?connect_timeout=5&sslmode=require')).toEqual({ rejectUnauthorized: false });
    expect(tlsOf('?sslmode=verify-full')).toEqual({});
    expect(tlsOf('?sslmode=disable')).toBe(false);
  });

  it("may name Prisma's default schema", () => {
    const url = 'postgresql://cpm:secret@db/cpm?schema=public';
    expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
  });
});

describe('a wrong value', () => {
  it.each([
    ['CPM_PORT', '70000', 'a port number from 0 to 65535'],
    ['CPM_PORT', '80a', 'a port number from 0 to 65535'],
    ['CPM_METRICS_PORT', '-1', 'a port number from 0 to 65535'],
    ['CPM_METRICS_HOST', 'http://x', 'a host name or address'],
    ['CPM_HOST', 'http://a', 'a host name or address'],
    ['CPM_TEMPORAL_PORT', '-1', 'a port number from 0 to 65535'],
    ['CPM_TEMPORAL_UI_PORT', 'x', 'a port number from 0 to 65535'],
    ['DATABASE_URL', 'mysql://u:hunter2@h/d', 'a URL like postgresql://user:password@host:5432/database'],
    [
      'DATABASE_URL',
      'postgresql://u:hunter2@h/d?schema=cpm',
      'without ?schema=, for all tables are in the schema "public"',
    ],
    ['TEMPORAL_ADDRESS', 'https://t:7233', 'host:port, without a scheme'],
    ['TEMPORAL_TLS', 'yes', 'true or false'],
    ['TEMPORAL_TLS_SERVER_CA_CERT_PATH', '/does/not/exist', 'the path of a readable file'],
    ['CPM_ADMIN_EMAIL', 'hunter2', 'an e-mail address'],
    ['CPM_PASSWORD_LOGIN', 'false', 'on or off'],
    ['CPM_PASSWORD_LOGIN', 'off', 'on, unless CPM_OIDC_ISSUER names an identity provider'],
    [
      'CPM_OIDC_ISSUER',
      'http://hunter2.example.com',
      'a URL like https://accounts.example.com; http is for loopback only',
    ],
    [
      'CPM_OIDC_ISSUER',
      'https://u:hunter2@accounts.example.com',
      'a URL like https://accounts.example.com; http is for loopback only',
    ],
    ['CPM_OIDC_SCOPES', 'email', 'scopes with openid among them'],
    ['CPM_OIDC_TRUST_EMAILS', 'yes', 'true or false'],
    ...['hunter2', 'a=admin', 'a=owner:', '=owner', 'a=owner;b'].map((value): [string, string, string] => [
      'CPM_OIDC_ROLES',
      value,
      'rules like admins=owner;shop-team=editor:acme-shop,acme-blog: a value of the claim, a role, and applications where it is for some',
    ]),
    ['CPM_ADMIN_PASSWORD', 'hunter2', 'a password of 12 to 200 characters'],
    ['CPM_API_KEY', 'hunter2', '20 to 200 characters without spaces'],
    ['CPM_ENCRYPTION_KEY', 'aHVudGVyMg==', '32 bytes in base64 (openssl rand -base64 32)'],
    ...WRONG_PROXIES,
    ['CPM_RETRY_INTERVAL', 'hourly', 'a duration above zero like 500ms, 90s, 15m, 1h or 30d'],
    ['CPM_ATTEMPT_BACKOFF', '0s', 'a duration above zero like 500ms, 90s, 15m, 1h or 30d'],
    ['CPM_REQUEST_TIMEOUT', '15', 'a duration above zero like 500ms, 90s, 15m, 1h or 30d'],
    ['CPM_RETENTION', '1y', 'a duration above zero like 500ms, 90s, 15m, 1h or 30d'],
    ['CPM_ALERT_WITHDRAWAL_AFTER', '0', 'a duration above zero like 500ms, 90s, 15m, 1h or 30d'],
    ['CPM_ALERT_WEBHOOK_URL', 'ftp://hunter2', 'a URL like https://ops.example.com/alerts'],
    ['CPM_ALERT_EMAIL_TO', 'a@b.example,hunter2', 'an e-mail address, or several, separated by commas'],
    ['CPM_SMTP_URL', 'https://hunter2', 'a URL like smtps://user:password@mail.example.com'],
    ['CPM_ALLOW_PRIVATE_TARGETS', '1', 'true or false'],
    ['CPM_PREPARED_STATEMENTS', 'on', 'true or false'],
    ['CPM_DATABASE_CONNECTIONS', '3', 'a whole number from 4 to 500'],
    ['CPM_WORKFLOW_SLOTS', '1', 'a whole number from 2 to 10000'],
    ['CPM_ACTIVITY_SLOTS', '0', 'a whole number from 1 to 10000'],
    ['CPM_WORKFLOW_POLLERS', '501', 'a whole number from 2 to 500'],
    ['CPM_ACTIVITY_POLLERS', '1.5', 'a whole number from 1 to 500'],
    ['CPM_WORKFLOW_CACHE', '-2', 'a whole number from 2 to 1000000'],
    ['CPM_DISPATCH_BATCH', 'many', 'a whole number from 1 to 1000'],
    ['CPM_LOG_LEVEL', 'loud', 'one of fatal, error, warn, info, debug, trace, silent'],
    ['CPM_LOG_FORMAT', 'xml', 'json or pretty'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'hunter2:4317', 'a URL like http://collector.example.com:4318'],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', 'http/protobuf or http/json'],
    ['OTEL_TRACES_EXPORTER', 'jaeger', 'otlp or none'],
    ['OTEL_TRACES_SAMPLER', 'traceidratio', 'set with OTEL_TRACES_SAMPLER_ARG, a number from 0 to 1'],
    ['OTEL_TRACES_SAMPLER_ARG', '2', 'a number from 0 to 1'],
  ])('of %s names the variable and the form in one line, and never the value', (variable, value, form) => {
    const read = (): unknown => readConfig({ [variable]: value });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new ConfigError(variable, form));
    try {
      read();
    } catch (error) {
      expect(String(error)).not.toMatch(/hunter2|aHVudGVyMg/);
      expect(String(error)).not.toContain('\n');
    }
  });

  it('may be half of a pair: a client certificate without its key', () => {
    const read = (): unknown => readConfig({ TEMPORAL_TLS_CLIENT_CERT_PATH: __filename });
    expect(read).toThrow(/^TEMPORAL_TLS_CLIENT_KEY_PATH must be /);
  });
});
