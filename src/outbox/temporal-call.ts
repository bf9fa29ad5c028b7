/** One call to Temporal, and whose trouble it is when it fails. */
import {
  isGrpcServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { google, temporal } from '@temporalio/proto';
import { reasonText } from '../platform/reasons';

/** Temporal could not be reached, or takes nothing at all now: nothing is wrong with what it was asked. */
export class TemporalAwayError extends Error {
  constructor(options: ErrorOptions) {
    super('Temporal is not reachable', options);
    this.name = 'TemporalAwayError';
  }
}

/** Temporal is there, and refuses this very call. The message names Temporal's status and holds nothing that was sent. */
export class TemporalRefusedError extends Error {
  constructor(status: string, options: ErrorOptions) {
    super(reasonText('temporal_refused', { status }), options);
    this.name = 'TemporalRefusedError';
  }
}

/** Longest time of one call. */
const CALL_DEADLINE_MS = 10_000;

/**
 * Makes one call. What it answers about a workflow (it runs already, it is not there) is thrown as it came.
 * @throws TemporalAwayError where another call would fare no better now
 * @throws TemporalRefusedError where only this one is refused
 */
export async function callTemporal<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await client.withDeadline(Date.now() + CALL_DEADLINE_MS, work);
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError || error instanceof WorkflowNotFoundError)
      throw error;
    if (error instanceof NamespaceNotFoundError) throw new TemporalAwayError({ cause: error });
    const answer = [error, (error as Error | undefined)?.cause].find(isGrpcServiceError);
    if (!answer) throw error;
    if (isAway(answer)) throw new TemporalAwayError({ cause: error });
    throw new TemporalRefusedError(STATUS_NAMES[answer.code] ?? `gRPC-${answer.code}`, {
      cause: error,
    });
  }
}

type GrpcError = Parameters<typeof isAway>[0];

/** By the number (https://grpc.io/docs/guides/status-codes/). */
const STATUS_NAMES: Readonly<Record<number, string>> = {
  2: 'UNKNOWN',
  3: 'INVALID_ARGUMENT',
  5: 'NOT_FOUND',
  6: 'ALREADY_EXISTS',
  8: 'RESOURCE_EXHAUSTED',
  9: 'FAILED_PRECONDITION',
  10: 'ABORTED',
  11: 'OUT_OF_RANGE',
  12: 'UNIMPLEMENTED',
  13: 'INTERNAL',
  15: 'DATA_LOSS',
};

/** How the SDK's native client calls a deadline that is over; we cancel no call ourselves. */
const CANCELLED = 1;
const DEADLINE_EXCEEDED = 4;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;
const UNAUTHENTICATED = 16;

/** Whether every other call would be answered like that as well. */
function isAway(error: {
  readonly code: number;
  readonly metadata: { get(key: string): (string | Buffer)[] };
}): boolean {
  switch (error.code) {
    case CANCELLED:
    case DEADLINE_EXCEEDED:
    case UNAVAILABLE:
    case PERMISSION_DENIED:
    case UNAUTHENTICATED:
      return true;
    case RESOURCE_EXHAUSTED:
      return !isOneBusyWorkflow(error);
    default:
      return false;
  }
}

/** Too many calls of a single workflow at once exhaust nothing that others need. */
function isOneBusyWorkflow({ metadata }: GrpcError): boolean {
  const [status] = metadata.get('grpc-status-details-bin');
  if (!(status instanceof Uint8Array)) return false;
  const { ResourceExhaustedFailure } = temporal.api.errordetails.v1;
  const { RESOURCE_EXHAUSTED_CAUSE_BUSY_WORKFLOW } = temporal.api.enums.v1.ResourceExhaustedCause;
  return google.rpc.Status.decode(status).details.some(
    ({ type_url, value }) =>
      type_url?.endsWith('.ResourceExhaustedFailure') &&
      value &&
      ResourceExhaustedFailure.decode(value).cause === RESOURCE_EXHAUSTED_CAUSE_BUSY_WORKFLOW,
  );
}
