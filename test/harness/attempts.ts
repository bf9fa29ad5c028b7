/** One process's attempts, step by step, without a receiver. */
import type { BegunAttempt } from '../../src/delivery/attempt/begin';
import type { LoadedDelivery } from '../../src/delivery/attempt/load';
import type { AttemptRecord } from '../../src/delivery/attempt/record';
import { createAttemptStatements, type AttemptStatements } from '../../src/delivery/attempt/statements';
import type { Database } from '../../src/platform/database';
import { newId } from '../../src/platform/ids';

export const ATTEMPT_TIMES = {
  retryIntervalMs: 3_600_000,
  attemptBackoffMs: 1_000,
  requestTimeoutMs: 15_000,
};

export class AttemptSteps {
  readonly statements: AttemptStatements;

  constructor(db: Database, queued?: () => boolean) {
    this.statements = createAttemptStatements(db, ATTEMPT_TIMES, queued);
  }

  async load(id: string): Promise<LoadedDelivery> {
    const delivery = await this.statements.load(id);
    if (!delivery) throw new Error('no such delivery');
    return delivery;
  }

  /** Undefined when the delivery changed since it was loaded. */
  begin(delivery: LoadedDelivery): Promise<BegunAttempt | undefined> {
    return this.statements.begin({
      ...{
        attemptId: newId(),
        delivery,
        sentSequence: delivery.sequence,
        bodySealed: 'sealed',
        requestHeaders: {},
      },
    });
  }

  /** Begins an attempt and says how it ended. @param stateDigest of the state that it shows */
  async attempt(
    id: string,
    stateDigest: string | null = null,
  ): Promise<(outcome: 'delivered' | 'failed') => AttemptRecord> {
    const begun = await this.begin(await this.load(id));
    if (!begun) throw new Error('not begun');
    return (outcome) => ({
      ...{ deliveryId: id, attemptId: begun.attemptId, outcome, durationMs: 5, stateDigest },
      ...(outcome === 'delivered'
        ? { statusCode: 200, error: null }
        : { statusCode: 500, error: 'HTTP 500' }),
    });
  }
}
