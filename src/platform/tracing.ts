/**
 * The traces of this process (docs/monitoring.md, "Traces"). Where tracing is off, OpenTelemetry's SDK is not loaded, and all of this
 * does nothing. What is not part of a trace stays so: only a request begins one.
 */

/** Ids, names and numbers (rule `ids-only`); `src/platform/open-telemetry.ts` has the list of names. */
export type Attributes = Readonly<Record<string, string | number>>;

export interface SpanOptions {
  readonly kind?: 'server' | 'client';
  readonly attributes?: Attributes;
  /** The `traceparent` (W3C Trace Context) of what it goes on from in another process or at another time; else what runs it. */
  readonly parent?: string | null | undefined;
}

/** A piece of work within a trace. */
export interface Span {
  readonly traceId: string;
  /** For whoever goes on with the trace. */
  readonly traceparent: string;
  rename(name: string): void;
  note(attributes: Attributes): void;
  /** It has failed. */
  fail(): void;
  end(): void;
  /** Runs work of which further spans are part of this one. */
  run<T>(work: () => T): T;
}

/** What makes spans. */
export interface Tracer {
  /** Begins a trace, or goes on with the caller's; undefined where the sampler leaves it out. */
  begin(name: string, options: SpanOptions): Span | undefined;
  /** Goes on with a trace; undefined where there is none. */
  goOn(name: string, options: SpanOptions): Span | undefined;
  /** The span that this code runs in. */
  current(): Pick<Span, 'traceId' | 'traceparent'> | undefined;
}

let tracer: Tracer | undefined;

/** Has this process traced from now on, by this tracer; undefined: no longer. */
export function traceBy(given: Tracer | undefined): void {
  tracer = given;
}

/** Begins the trace of a request; undefined where tracing is off, or this one is not sampled. */
export function beginTrace(name: string, options: SpanOptions): Span | undefined {
  return tracer?.begin(name, options);
}

/**
 * Runs work in a span of the trace that it is part of, if it is of one.
 * @param options asked for where tracing is on only
 */
export async function inSpan<T>(
  name: string,
  options: () => SpanOptions,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const span = tracer?.goOn(name, options());
  if (!span) return work(undefined);
  try {
    return await span.run(() => work(span));
  } catch (error) {
    span.fail();
    throw error;
  } finally {
    span.end();
  }
}

/** The trace that this code runs in. */
export function currentTrace(): Pick<Span, 'traceId' | 'traceparent'> | undefined {
  return tracer?.current();
}
