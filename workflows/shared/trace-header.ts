/** The header in which the interceptors of Temporal's SDK hand a trace on to workflows, their signals and their activities. */
export const TRACE_HEADER = '_tracer-data';
