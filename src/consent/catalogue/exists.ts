import type { SeenApplication } from '../../access/visibility';
import type { Tx } from '../../platform/database';
import { fieldProblem, invalid, refusal } from '../../platform/errors';

/** @throws ServiceError `application_not_found` when there is no such application. */
export async function requireApplication(tx: Tx, id: SeenApplication): Promise<void> {
  const application = await tx.application.findUnique({
    where: { id, deletedAt: null },
    select: { id: true },
  });
  if (!application) throw refusal('application_not_found', { applicationId: id });
}

/**
 * As {@link requireApplication}, for who is about to write something of the application: it stays until the transaction ends, and
 * one that is being deleted is awaited.
 * @throws ServiceError `application_not_found`.
 */
export async function holdApplication(tx: Tx, id: SeenApplication): Promise<void> {
  const held = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Application" WHERE "id" = ${id} AND "deletedAt" IS NULL FOR KEY SHARE`;
  if (held.length === 0) throw refusal('application_not_found', { applicationId: id });
}

/** What stands in URLs as it is (RFC 3986 §2.3, and the colon), and reads the same in every log. */
const ID_FORM = /^[A-Za-z\d][A-Za-z\d._:~-]*$/;

/**
 * Refuses to create something under an id that callers would have to encode, and that can't be changed later. What has such
 * an id since it was allowed goes on working.
 * @throws ServiceError `invalid_request`.
 */
export async function requireIdForm(id: string, path: string, find: () => Promise<unknown>): Promise<void> {
  if (ID_FORM.test(id) || (await find()) !== null) return;
  throw invalid(fieldProblem(path, 'invalid_chosen_id'));
}
