/** An opt-in as operators see it, with the evidence of what was decided. */
import type { Visibility } from '../../access/visibility';
import type { Tx } from '../../platform/database';
import { refusal } from '../../platform/errors';

/** One opt-in. */
export interface OptInView {
  readonly id: string;
  readonly applicationId: string;
  readonly citizenId: string;
  readonly status: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly decidedAt: string | null;
  /** Whether it should have gone on by now, and has not. */
  readonly stalled: boolean;
  readonly emailsMade: number;
  /** The PENDING transactions that were to be confirmed. */
  readonly transactionIds: readonly string[];
  readonly decisions: readonly OptInDecisionView[];
}

/** The evidence of one decision. */
export interface OptInDecisionView {
  readonly decision: string;
  readonly decidedAt: string;
  readonly changeId: string;
  readonly emailId: string;
  readonly network: string | null;
  readonly language: string;
  /** What the page showed. */
  readonly shown: unknown;
}

/** @throws ServiceError `opt_in_not_found`, also for one of a deleted citizen. */
export async function getOptIn(tx: Tx, visible: Visibility, id: string): Promise<OptInView> {
  const row = await tx.doubleOptIn.findFirst({
    where: { id, citizen: { deletedAt: null }, ...visible.rows() },
    include: { items: true, decisions: { orderBy: { decidedAt: 'asc' } } },
  });
  if (!row) throw refusal('opt_in_not_found');
  const { applicationId, citizenId, status, emailsMade } = row;
  return {
    ...{ id, applicationId, citizenId, status, emailsMade },
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decidedAt: row.decidedAt?.toISOString() ?? null,
    stalled: status === 'pending' && row.stalledAt !== null,
    transactionIds: row.items.map(({ transactionId }) => transactionId).sort(),
    decisions: row.decisions.map(({ decision, decidedAt, changeId, emailId, network, language, shown }) => ({
      ...{ decision, changeId, emailId, network, language, shown },
      decidedAt: decidedAt.toISOString(),
    })),
  };
}
