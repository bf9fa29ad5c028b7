/** The configuration, read from the environment and checked once at the start. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readAlertSettings, type AlertSettings } from './alert-settings';
import { readCapacity, type Capacity } from './capacity';
import { ConfigError, duration, DURATION_FORM, reader, type Env, type Reader } from './config-reader';
import { readDatabaseUrl } from './database-url';
import { readEgress, type Egress } from './egress';
import { readEncryptionKeys, type EncryptionKeys } from './encryption-keys';
import { mailAddress } from './fields';
import { readLogInSettings, type LogInSettings } from './log-in-settings';
import { readTracing, type TracingSettings } from './tracing-settings';

/** Settings of one process. Durations are milliseconds. Secrets are in here: never log it whole. */
export interface Config extends Capacity, EncryptionKeys, Egress, LogInSettings, AlertSettings {
  readonly host: string;
  readonly port: number;
  /** How people reach the API from outside: base of the links in e-mails. Without a trailing slash. */
  readonly publicUrl: string;
  /** Reverse proxies whose `X-Forwarded-*` headers are trusted: addresses, CIDR ranges, and Express's names of ranges. */
  readonly trustedProxies: readonly string[];
  readonly dataDir: string;
  /** PostgreSQL to use; undefined asks for the embedded one. */
  readonly databaseUrl: string | undefined;
  /** The same database without a pooler between, where there is one: for what has to hear notifications. */
  readonly databaseDirectUrl: string | undefined;
  /** Whether the sessions of the database keep prepared statements. */
  readonly preparedStatements: boolean;
  readonly temporal: TemporalConfig;
  readonly admin: { readonly email: string | undefined; readonly password: string | undefined };
  /** First API key; generated and printed once where unset. */
  readonly apiKey: string | undefined;
  readonly retryIntervalMs: number;
  readonly attemptBackoffMs: number;
  readonly requestTimeoutMs: number;
  /** Whether what waits for an endpoint is released when that works again. */
  readonly earlyRecovery: boolean;
  /** Whether one delivery at a time knocks for all while an endpoint fails. */
  readonly halfOpenProbing: boolean;
  readonly retentionMs: number;
  /** Where `/metrics` is served apart from the API; undefined: on its port. */
  readonly metricsListener: { readonly host: string; readonly port: number } | undefined;
  /** Undefined: off. */
  readonly tracing: TracingSettings | undefined;
  readonly logLevel: LogLevel;
  /** Undefined: by what standard output is. */
  readonly logFormat: LogFormat | undefined;
}

/** How to reach Temporal; names follow Temporal's own environment configuration. */
export interface TemporalConfig {
  /** `host:port`; undefined asks for the embedded dev server. */
  readonly address: string | undefined;
  readonly namespace: string;
  readonly apiKey: string | undefined;
  readonly tls: TemporalTls | undefined;
  /** Ports of the embedded dev server. */
  readonly port: number;
  readonly uiPort: number;
  /** Base of links into the Temporal Web UI, without a trailing slash; undefined: that of the embedded one. */
  readonly uiUrl: string | undefined;
}

/** Client certificate and server verification, as file paths' contents. */
export interface TemporalTls {
  readonly serverName: string | undefined;
  readonly serverCa: Buffer | undefined;
  readonly clientCert: Buffer | undefined;
  readonly clientKey: Buffer | undefined;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_FORMATS = ['json', 'pretty'] as const;
type LogFormat = (typeof LOG_FORMATS)[number];

/**
 * Reads the configuration.
 * @throws ConfigError naming the first variable whose value has a wrong form, without the value.
 */
export function readConfig(env: Env = process.env): Config {
  const read = reader(env);
  const address = {
    host: read('CPM_HOST', host, HOST_FORM) ?? '127.0.0.1',
    port: read('CPM_PORT', port, PORT_FORM) ?? 3000,
  };
  return {
    ...address,
    publicUrl: read('CPM_PUBLIC_URL', webBase, 'a URL like https://consent.example.com') ?? urlOf(address),
    trustedProxies: read('CPM_TRUSTED_PROXIES', proxies, PROXIES_FORM) ?? [],
    dataDir: path.resolve(read('CPM_DATA_DIR', z.string(), 'a directory') ?? '.data'),
    databaseUrl: readDatabaseUrl(read, 'DATABASE_URL'),
    databaseDirectUrl: readDatabaseUrl(read, 'DATABASE_DIRECT_URL'),
    preparedStatements: read('CPM_PREPARED_STATEMENTS', bool, 'true or false') ?? true,
    temporal: {
      address: read('TEMPORAL_ADDRESS', z.string().regex(/^[^\s/]+:\d+$/), 'host:port, without a scheme'),
      namespace: read('TEMPORAL_NAMESPACE', z.string(), 'a namespace name') ?? 'default',
      apiKey: read('TEMPORAL_API_KEY', z.string(), 'an API key'),
      tls: readTls(read),
      port: read('CPM_TEMPORAL_PORT', port, PORT_FORM) ?? 7233,
      uiPort: read('CPM_TEMPORAL_UI_PORT', port, PORT_FORM) ?? 8233,
      uiUrl: read(
        'CPM_TEMPORAL_UI_URL',
        z.url({ protocol: /^https?$/ }),
        'a URL like https://temporal.example.com',
      )?.replace(/\/$/, ''),
    },
    admin: {
      email: read('CPM_ADMIN_EMAIL', mailAddress, 'an e-mail address'),
      password: read('CPM_ADMIN_PASSWORD', z.string().min(12).max(200), 'a password of 12 to 200 characters'),
    },
    apiKey: read('CPM_API_KEY', z.string().regex(/^\S{20,200}$/), '20 to 200 characters without spaces'),
    ...readLogInSettings(read),
    ...readEncryptionKeys(read),
    retryIntervalMs: read('CPM_RETRY_INTERVAL', duration, DURATION_FORM) ?? 3_600_000,
    attemptBackoffMs: read('CPM_ATTEMPT_BACKOFF', duration, DURATION_FORM) ?? 1_000,
    requestTimeoutMs: read('CPM_REQUEST_TIMEOUT', duration, DURATION_FORM) ?? 15_000,
    earlyRecovery: read('CPM_EARLY_RECOVERY', bool, 'true or false') ?? true,
    halfOpenProbing: read('CPM_HALF_OPEN_PROBING', bool, 'true or false') ?? false,
    ...readAlertSettings(read),
    ...readEgress(read),
    retentionMs: read('CPM_RETENTION', duration, DURATION_FORM) ?? 30 * 86_400_000,
    ...readCapacity(read),
    metricsListener: readMetricsListener(read),
    tracing: readTracing(read),
    logLevel: read('CPM_LOG_LEVEL', z.enum(LOG_LEVELS), `one of ${LOG_LEVELS.join(', ')}`) ?? 'info',
    logFormat: read('CPM_LOG_FORMAT', z.enum(LOG_FORMATS), LOG_FORMATS.join(' or ')),
  };
}

/** A path is kept: a proxy may serve the API under one. */
const webBase = z
  .url({ protocol: /^https?$/ })
  .refine((url) => !/[?#@]/.test(url))
  .transform((url) => url.replace(/\/+$/, ''));

/** Where the API listens, as this machine reaches it. */
function urlOf({ host, port: number }: { host: string; port: number }): string {
  const reachable = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${number}`;
}

const PROXIES_FORM =
  'a comma-separated list of addresses, CIDR ranges, and the names loopback, linklocal, uniquelocal';
/** Stricter than Express, to which `10` is an address. A range of all addresses is refused: anybody could then claim any address. */
const proxy = z
  .union([z.enum(['loopback', 'linklocal', 'uniquelocal']), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])
  .refine((range) => !range.endsWith('/0'));
const proxies = z
  .string()
  .transform((list) => list.split(',').map((entry) => entry.trim()))
  .pipe(z.array(proxy));

const HOST_FORM = 'a host name or address';
const host = z.string().regex(/^[\w.:-]+$/);
const PORT_FORM = 'a port number from 0 to 65535';
const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .refine((n) => n <= 65_535);
const bool = z.enum(['true', 'false']).transform((word) => word === 'true');

function readMetricsListener(read: Reader): Config['metricsListener'] {
  const address = {
    host: read('CPM_METRICS_HOST', host, HOST_FORM) ?? '127.0.0.1',
    port: read('CPM_METRICS_PORT', port, PORT_FORM),
  };
  return address.port === undefined ? undefined : { ...address, port: address.port };
}

function readTls(read: Reader): TemporalTls | undefined {
  const enabled = read('TEMPORAL_TLS', bool, 'true or false');
  const serverName = read('TEMPORAL_TLS_SERVER_NAME', z.string(), 'a server name');
  const file = (variable: string): Buffer | undefined =>
    read(
      variable,
      z.string().transform((name, context) => {
        try {
          return readFileSync(name);
        } catch {
          context.addIssue('unreadable');
          return z.NEVER;
        }
      }),
      'the path of a readable file',
    );
  const serverCa = file('TEMPORAL_TLS_SERVER_CA_CERT_PATH');
  const clientCert = file('TEMPORAL_TLS_CLIENT_CERT_PATH');
  const clientKey = file('TEMPORAL_TLS_CLIENT_KEY_PATH');
  if (clientCert && !clientKey)
    throw new ConfigError('TEMPORAL_TLS_CLIENT_KEY_PATH', 'set with its certificate');
  if (clientKey && !clientCert) throw new ConfigError('TEMPORAL_TLS_CLIENT_CERT_PATH', 'set with its key');
  if (enabled === false) return undefined;
  if (!enabled && !serverName && !serverCa && !clientCert) return undefined;
  return { serverName, serverCa, clientCert, clientKey };
}
