/** Whether traces are sent, by OpenTelemetry's own variables. Those that are not read here its SDK reads by itself. */
import { z } from 'zod';
import { ConfigError, type Reader } from './config-reader';

/** How spans are sent. */
export interface TracingSettings {
  readonly protocol: (typeof PROTOCOLS)[number];
}

const PROTOCOLS = ['http/protobuf', 'http/json'] as const;
const SAMPLERS = ['always_on', 'always_off', 'traceidratio'].flatMap((name) => [name, `parentbased_${name}`]);
const RATIO_FORM = 'a number from 0 to 1';

/** Undefined where traces are off, as they are unless an endpoint is named. @throws ConfigError */
export function readTracing(read: Reader): TracingSettings | undefined {
  const URL_FORM = 'a URL like http://collector.example.com:4318';
  const url = z.url({ protocol: /^https?$/ });
  const protocol = z.enum(PROTOCOLS);
  const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].map((name) =>
    read(name, url, URL_FORM),
  );
  const [common, ofTraces] = ['OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'].map(
    (name) => read(name, protocol, PROTOCOLS.join(' or ')),
  );
  const disabled = read('OTEL_SDK_DISABLED', z.enum(['true', 'false']), 'true or false');
  const exporter = read('OTEL_TRACES_EXPORTER', z.enum(['otlp', 'none']), 'otlp or none');
  const sampler = read('OTEL_TRACES_SAMPLER', z.enum(SAMPLERS), `one of ${SAMPLERS.join(', ')}`);
  const ratio = read('OTEL_TRACES_SAMPLER_ARG', z.string().regex(/^(0(\.\d+)?|1(\.0+)?)$/), RATIO_FORM);
  if (sampler?.endsWith('traceidratio') && ratio === undefined)
    throw new ConfigError('OTEL_TRACES_SAMPLER', `set with OTEL_TRACES_SAMPLER_ARG, ${RATIO_FORM}`);
  if (disabled === 'true' || exporter === 'none' || !endpoints.some((each) => each !== undefined))
    return undefined;
  return { protocol: ofTraces ?? common ?? 'http/protobuf' };
}
