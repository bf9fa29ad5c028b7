/** What makes Temporal's SDK go on with traces, by its own interceptors. Loaded where tracing is on only. */
import path from 'node:path';
import { trace } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry';
import type {
  ActivityExecuteInput,
  ActivityInboundCallsInterceptor,
  Next,
  WorkerOptions,
} from '@temporalio/worker';
import { TRACE_HEADER } from '../../../workflows/shared/trace-header';
import type { OpenTelemetry } from '../../platform/open-telemetry';
import { projectRoot } from '../../platform/project-root';

/** The workflows with the interceptors that make spans of what they do. */
const TRACED_BUNDLE = path.join(projectRoot, 'dist/workflow-bundle-traced.js');

/** What a worker and its client are made with. */
export interface TracedWorker {
  readonly clientInterceptors: WorkflowClientInterceptor[];
  readonly options: Pick<WorkerOptions, 'workflowBundle' | 'interceptors' | 'sinks'>;
}

/** What has a worker of this process make spans of its workflows and activities. */
export function tracedWorker({ processor, resource }: OpenTelemetry): TracedWorker {
  return {
    clientInterceptors: [whereTraced(new OpenTelemetryWorkflowClientInterceptor())],
    options: {
      workflowBundle: { codePath: TRACED_BUNDLE },
      interceptors: { activity: [(activity) => ({ inbound: new OfTracedWorkflows(activity) })] },
      sinks: { exporter: makeWorkflowExporter(processor, resource) },
    },
  };
}

/** Starts and signals that are part of a trace; what the sweep asks Temporal would be traces of their own. */
function whereTraced(all: OpenTelemetryWorkflowClientInterceptor): WorkflowClientInterceptor {
  const isTraced = (): boolean => trace.getActiveSpan() !== undefined;
  return {
    startWithDetails: (input, next) => (isTraced() ? all.startWithDetails(input, next) : next(input)),
    signal: (input, next) => (isTraced() ? all.signal(input, next) : next(input)),
    signalWithStart: (input, next) => (isTraced() ? all.signalWithStart(input, next) : next(input)),
  };
}

class OfTracedWorkflows extends OpenTelemetryActivityInboundInterceptor {
  override execute(
    input: ActivityExecuteInput,
    next: Next<ActivityInboundCallsInterceptor, 'execute'>,
  ): Promise<unknown> {
    return TRACE_HEADER in input.headers ? super.execute(input, next) : next(input);
  }
}
