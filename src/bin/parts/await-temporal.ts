/** Temporal as a worker needs it: reachable, with its namespace and the search attributes of the deliveries. */
import { Connection, isGrpcServiceError } from '@temporalio/client';
import { SEARCH_ATTRIBUTES } from '../../../workflows/shared/search-attributes';
import type { Logger } from '../../platform/logger';
import { connectionOptions, ensureSearchAttributes, TemporalSetupError } from '../../platform/temporal';
import { WorkerFailedError } from '../../platform/worker-failure';
import { awaitPart, NotYetError } from './await-part';
import type { RunnableConfig } from './process';

/** Longest time of one look. Milliseconds. */
const LOOK_MS = 2_000;

/** By the number (https://grpc.io/docs/guides/status-codes/). */
const [CANCELLED, DEADLINE_EXCEEDED, NOT_FOUND, PERMISSION_DENIED, UNAVAILABLE, UNAUTHENTICATED] = [
  1, 4, 5, 7, 14, 16,
];

/**
 * Awaits Temporal and the namespace, and registers what the namespace lacks.
 * @param awaitedMs how long; default five minutes
 * @throws NotYetError, TemporalSetupError
 */
export async function awaitTemporal(
  { temporal }: RunnableConfig,
  logger: Logger,
  awaitedMs?: number,
): Promise<void> {
  const connection = Connection.lazy(connectionOptions(temporal));
  try {
    await awaitPart(
      async () => {
        try {
          await connection.withDeadline(Date.now() + LOOK_MS, async () => {
            await connection.workflowService.describeNamespace({ namespace: temporal.namespace });
            await ensureSearchAttributes(connection, temporal, SEARCH_ATTRIBUTES, logger);
          });
        } catch (error) {
          throw asMissing(error, temporal);
        }
      },
      logger,
      awaitedMs,
    );
  } finally {
    await connection.close();
  }
}

/**
 * Says what is wrong where a worker can't go on: what Temporal answers when it is asked, and else that it gives no tasks.
 * @throws TemporalSetupError, NotYetError; the error itself where Temporal has nothing to do with it
 */
export async function whyRefused(error: unknown, config: RunnableConfig, logger: Logger): Promise<never> {
  if (!(error instanceof WorkerFailedError)) throw error;
  await awaitTemporal(config, logger, 0);
  const { address, namespace } = config.temporal;
  throw new TemporalSetupError(
    `Temporal at ${address} refuses this process the tasks of namespace ${namespace}: look at what TEMPORAL_API_KEY, or the client ` +
      'certificate, may do there',
    { cause: error },
  );
}

/** What may come, with its address and what helps; a refusal, as what to mend; other errors as they are. */
function asMissing(error: unknown, { address, namespace }: RunnableConfig['temporal']): unknown {
  if (!isGrpcServiceError(error)) return error;
  switch (error.code as number) {
    case CANCELLED:
    case DEADLINE_EXCEEDED:
    case UNAVAILABLE:
      return new NotYetError(
        `Temporal does not answer at ${address} (TEMPORAL_ADDRESS; TEMPORAL_TLS where it speaks TLS)`,
        error,
      );
    case NOT_FOUND:
      return new NotYetError(
        `Temporal at ${address} has no namespace ${namespace} (TEMPORAL_NAMESPACE): ` +
          `temporal operator namespace create --address ${address} --namespace ${namespace} --retention 72h`,
        error,
      );
    case PERMISSION_DENIED:
    case UNAUTHENTICATED:
      return new TemporalSetupError(
        `Temporal at ${address} refuses this process: look at TEMPORAL_API_KEY and TEMPORAL_TLS_CLIENT_CERT_PATH`,
        { cause: error },
      );
    default:
      return error;
  }
}
