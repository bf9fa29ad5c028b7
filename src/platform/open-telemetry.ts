/** Traces by OpenTelemetry. Loaded where tracing is on only: `src/bin/parts/tracing.ts`. */
import {
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span as OtelSpan,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler, W3CTraceContextPropagator, type ExportResult } from '@opentelemetry/core';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResourcesSync, envDetectorSync, Resource } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { Logger } from './logger';
import type { Attributes, Span, SpanOptions, Tracer } from './tracing';
import type { TracingSettings } from './tracing-settings';

/** What a process is called in its traces. */
export interface TracedService {
  readonly name: string;
  readonly version: string;
}

/** OpenTelemetry in this process. */
export interface OpenTelemetry extends Tracer {
  /** For what makes spans outside of the process's own code. */
  readonly processor: BatchSpanProcessor;
  readonly resource: Resource;
  /** Sends what is left, for five seconds at the most. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 5_000;
/** That nobody takes the spans is said once in so long. Milliseconds. */
const SAY_AGAIN_MS = 60_000;

/** Starts it; once a process. */
export function startOpenTelemetry(
  { protocol }: TracingSettings,
  { name, version }: TracedService,
  logger: Pick<Logger, 'warn'>,
): OpenTelemetry {
  // A variable that is set to nothing is unset (docker-compose.yml passes them so).
  for (const variable of Object.keys(process.env))
    if (variable.startsWith('OTEL_') && process.env[variable]?.trim() === '') delete process.env[variable];
  sayRarely(logger);
  const exporter = protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter();
  const processor = new BatchSpanProcessor(new IdsOnly(exporter));
  const named = new Resource({ 'service.name': name, 'service.version': version });
  const resource = named.merge(detectResourcesSync({ detectors: [envDetectorSync] }));
  const provider = new BasicTracerProvider({ resource, spanProcessors: [processor] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  // Without baggage, which a caller could fill with anything and which would go on to receivers.
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  const tracer = provider.getTracer(name, version);

  const start = (
    within: Context,
    spanName: string,
    { kind, attributes = {} }: SpanOptions,
  ): Span | undefined => {
    const span = tracer.startSpan(spanName, { kind: KINDS[kind ?? 'internal'], attributes }, within);
    return span.isRecording() ? spanOf(span, trace.setSpan(within, span)) : undefined;
  };
  return {
    processor,
    resource,
    begin: (spanName, options) => start(parentOf(options), spanName, options),
    goOn(spanName, options) {
      const parent = parentOf(options);
      return isSampled(parent) ? start(parent, spanName, options) : undefined;
    },
    current() {
      const active = context.active();
      return isSampled(active) ? namesOf(active) : undefined;
    },
    async stop() {
      let limit: NodeJS.Timeout | undefined;
      const tooLong = new Promise<void>((resolve) => (limit = setTimeout(resolve, STOP_LIMIT_MS)));
      await Promise.race([provider.shutdown().catch(() => undefined), tooLong]);
      clearTimeout(limit);
      for (const api of [trace, context, propagation]) api.disable();
    },
  };
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

function parentOf({ parent }: SpanOptions): Context {
  const active = context.active();
  return parent === null || parent === undefined
    ? active
    : propagation.extract(active, { traceparent: parent });
}

/** What is not sampled is followed no further: its receivers are told of no trace. */
function isSampled(within: Context): boolean {
  return ((trace.getSpanContext(within)?.traceFlags ?? 0) & 1) === 1;
}

function namesOf(within: Context): Pick<Span, 'traceId' | 'traceparent'> {
  const carrier: { traceparent?: string } = {};
  propagation.inject(within, carrier);
  return {
    traceId: trace.getSpanContext(within)?.traceId ?? '',
    traceparent: carrier.traceparent ?? '',
  };
}

function spanOf(span: OtelSpan, within: Context): Span {
  return {
    ...namesOf(within),
    rename: (name) => void span.updateName(name),
    note: (attributes: Attributes) => void span.setAttributes(attributes),
    fail: () => void span.setStatus({ code: SpanStatusCode.ERROR }),
    end: () => span.end(),
    run: (work) => context.with(within, work),
  };
}

function sayRarely(logger: Pick<Logger, 'warn'>): void {
  let saidAt = -Infinity;
  setGlobalErrorHandler((error) => {
    const now = performance.now();
    if (now - saidAt < SAY_AGAIN_MS) return;
    saidAt = now;
    logger.warn({ err: error }, 'spans could not be sent; they are lost');
  });
}

/** The attributes that leave the process, whoever sets them: names, ids and numbers. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  ...['http.request.method', 'http.route', 'http.response.status_code', 'server.address', 'exception.type'],
  ...['cpm.request_id', 'cpm.caller_id', 'cpm.change_id', 'cpm.delivery_id', 'cpm.subscription_id'],
  ...['cpm.attempt_id', 'cpm.update_type'],
  // Of the interceptors of Temporal's SDK.
  ...[
    'temporalWorkflowId',
    'temporalActivityId',
    'run_id',
    'workflowId',
    'runId',
    'workflowType',
    'taskQueue',
  ],
]);

/** Takes out of spans what may repeat content: messages and stacks of errors, and what nobody knows the attributes of. */
class IdsOnly implements SpanExporter {
  constructor(private readonly exporter: SpanExporter) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans.map(withIdsOnly), done);
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }
}

function withIdsOnly(span: ReadableSpan): ReadableSpan {
  const kept = (attributes: ReadableSpan['attributes'] = {}): ReadableSpan['attributes'] =>
    Object.fromEntries(Object.entries(attributes).filter(([name]) => ATTRIBUTES.has(name)));
  const events = span.events.map((event) => ({ ...event, attributes: kept(event.attributes) }));
  return Object.create(span, {
    attributes: { value: kept(span.attributes) },
    events: { value: events },
    status: { value: { code: span.status.code } },
  }) as ReadableSpan;
}
