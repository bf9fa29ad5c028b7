/** What the receiver saw: which deliveries arrived, in which order and how often. */
import { deliveryIdOf, type Received } from '../../tools/receiver/receiver';
import type { Accepted } from './load';
import type { Resent } from './operator';
import { queryDatabase } from './query';

/** One row of the report. */
export interface RoundReport {
  readonly round: number;
  readonly fault: string;
  readonly accepted: number;
  readonly delivered: number;
  /** Receipts that a change has overridden which a pause had skipped: cancelled, by contract. */
  readonly superseded: number;
  readonly lost: number;
  /** What the database says of those: a line each. */
  readonly lostOnes: readonly string[];
  readonly outOfOrder: number;
  readonly duplicates: number;
  /** Duplicates that nobody asked for, and for which no attempt is on record as cut off. */
  readonly unexplained: number;
  /** Where a receiver that behaves as real ones do holds something else than what is in effect. */
  readonly wrongs: readonly string[];
  readonly secondsUntilCaughtUp: number;
}

/** What arrived over all rounds. */
export class Audit {
  private readonly arrivals = new Map<string, number>();
  private readonly newest = new Map<string, number>();
  private outOfOrder = 0;

  note({ headers, body }: Received): void {
    const id = deliveryIdOf({ headers });
    const { citizenId } = JSON.parse(body) as { citizenId: string };
    const orderingKey = `${headers['x-cpm-subscription-id']} ${citizenId}`;
    const sequence = Number(headers['x-cpm-sequence']);
    this.arrivals.set(id, (this.arrivals.get(id) ?? 0) + 1);
    if (sequence < (this.newest.get(orderingKey) ?? 0)) this.outOfOrder += 1;
    else this.newest.set(orderingKey, sequence);
  }

  /** Those that have not arrived, and may yet do so. */
  async missing(accepted: Accepted, databaseUrl: string): Promise<string[]> {
    const { owed } = await this.notArrived(accepted, databaseUrl);
    return owed;
  }

  /** A receipt that a skipped change has overridden is owed to nobody (rule `pause-skips-changes`). */
  private async notArrived(
    accepted: Accepted,
    databaseUrl: string,
  ): Promise<{ readonly owed: string[]; readonly superseded: number }> {
    const ids = [...accepted].filter((id) => !this.arrivals.has(id));
    if (ids.length === 0) return { owed: [], superseded: 0 };
    const rows = await queryDatabase<{ id: string }>(
      databaseUrl,
      `SELECT "id" FROM "Delivery" WHERE "id" = ANY($1) AND "status" = 'cancelled' AND "reason" = 'superseded'`,
      [ids],
    );
    const superseded = new Set(rows.map(({ id }) => id));
    return { owed: ids.filter((id) => !superseded.has(id)), superseded: superseded.size };
  }

  /** What came since the last call. */
  async close(
    accepted: Accepted,
    resent: Resent,
    databaseUrl: string,
  ): Promise<Omit<RoundReport, 'round' | 'fault' | 'wrongs' | 'secondsUntilCaughtUp'>> {
    const { owed, superseded } = await this.notArrived(accepted, databaseUrl);
    const lost = owed.length;
    const repeated = [...this.arrivals].filter(([, times]) => times > 1);
    const cutOff = await countCutOff(
      databaseUrl,
      repeated.map(([id]) => id),
    );
    const report = {
      accepted: accepted.size,
      delivered: accepted.size - lost - superseded,
      superseded,
      lost,
      lostOnes: await describe(databaseUrl, owed),
      outOfOrder: this.outOfOrder,
      duplicates: repeated.reduce((sum, [, times]) => sum + times - 1, 0),
      unexplained: repeated.reduce(
        (sum, [id, times]) => sum + Math.max(0, times - 1 - (cutOff.get(id) ?? 0) - (resent.get(id) ?? 0)),
        0,
      ),
    };
    this.arrivals.clear();
    this.outOfOrder = 0;
    return report;
  }
}

/**
 * Attempts per delivery that never got an outcome from the receiver: cut off by a crash, given back by a worker that stopped, or
 * in the hands of one that was frozen for longer than a request may last.
 */
async function countCutOff(databaseUrl: string, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await queryDatabase<{ id: string; count: number }>(
    databaseUrl,
    `SELECT "deliveryId" AS id, count(*)::int AS count FROM "Attempt"
     WHERE "deliveryId" = ANY($1) AND ("outcome" IS NULL OR ("outcome" = 'failed' AND "durationMs" IS NULL) OR "durationMs" > 15000) GROUP BY 1`,
    [ids],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
}

/** How deliveries stand: whom to ask why they did not arrive. */
async function describe(databaseUrl: string, ids: readonly string[]): Promise<string[]> {
  const rows = await queryDatabase<Record<string, unknown>>(
    databaseUrl,
    `SELECT d."id", d."status", d."reason", d."updateType", d."sequence", d."attemptCount", d."cycleFailures", d."lastError",
       d."nextAttemptAt", d."outboxAction", d."outboxDueAt", d."verifiedAt", d."unblockedAt", s."status" AS "subscription",
       (SELECT count(*)::int FROM "Attempt" a WHERE a."deliveryId" = d."id" AND a."outcome" IS NULL) AS "withoutOutcome"
     FROM "Delivery" d JOIN "Subscription" s ON s."id" = d."subscriptionId"
     WHERE d."id" = ANY($1) ORDER BY d."subscriptionId", d."citizenId", d."sequence"`,
    [ids],
  );
  return rows.map((row) => JSON.stringify(row));
}
