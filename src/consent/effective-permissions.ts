/** The effective state as the API and the Effective Permissions webhook give it. */
import { Prisma, type Tx } from '../platform/database';
import { refusal } from '../platform/errors';
import { renderEffectivePermissions, type EffectivePermissionsBody } from './rendering/effective-permissions';
import { loadLabels } from './rendering/labels';
import { effectiveState } from './rules/effective-state';
import { loadDecidingTransactions, loadLatestAnswers } from './stored-state';

/** Which citizen. */
export type CitizenQuery =
  { readonly citizenId: string } | { readonly applicationId: string; readonly externalRef: string };

/** The body without `sentAt`, and the number of the latest change it reflects (rule `body-as-documented`). */
export interface EffectivePermissions {
  readonly body: EffectivePermissionsBody;
  readonly sequence: number;
}

/**
 * Reads and renders the state by the database's clock. The citizen's number is read first, and then only what was
 * recorded up to it: so body and number agree without a stricter isolation, whatever is recorded meanwhile.
 * @throws ServiceError `citizen_not_found` for an unknown or deleted citizen.
 */
export async function readEffectivePermissions(tx: Tx, query: CitizenQuery): Promise<EffectivePermissions> {
  const condition =
    'citizenId' in query
      ? Prisma.sql`"id" = ${query.citizenId}::uuid`
      : Prisma.sql`"applicationId" = ${query.applicationId} AND "externalRef" = ${query.externalRef}`;
  const [citizen] = await tx.$queryRaw<CitizenAtNumber[]>(Prisma.sql`
    SELECT "id", "applicationId", "externalRef", "lastSequence",
      greatest(date_trunc('milliseconds', clock_timestamp()), "evaluatedAt") AS "now"
    FROM "Citizen" WHERE ${condition} AND "deletedAt" IS NULL`);
  if (!citizen) throw refusal('citizen_not_found');
  const { id: citizenId, applicationId, externalRef, lastSequence: sequence, now } = citizen;
  const transactions = await loadDecidingTransactions(tx, { citizenId, from: now, upTo: sequence });
  const answers = await loadLatestAnswers(tx, citizenId, sequence);
  const state = effectiveState(transactions, answers, now);
  const labels = await loadLabels(tx, applicationId, {
    transactions: [...state.permissions.values()],
    answers: [...state.preferences.values()],
  });
  return {
    body: renderEffectivePermissions({ applicationId, citizenId, externalRef }, state, labels),
    sequence,
  };
}

interface CitizenAtNumber {
  readonly id: string;
  readonly applicationId: string;
  readonly externalRef: string;
  readonly lastSequence: number;
  readonly now: Date;
}
