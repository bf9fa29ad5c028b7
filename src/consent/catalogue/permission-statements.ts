/** Permission statements: the wording that a citizen agreed to. */
import type { SeenApplication } from '../../access/visibility';
import type { PermissionStatement } from '../../../generated/prisma/client';
import type { Database, Tx } from '../../platform/database';
import { refusal } from '../../platform/errors';
import { alphabetical, readPage, type Page, type Paging } from '../../platform/paging';

import { holdApplication, requireApplication, requireIdForm } from './exists';
import { lockCatalogue } from './lock';

/** A statement as it is written. */
export interface PermissionStatementInput {
  /** Shown in webhooks as `permissionStatementRef`. */
  readonly reference: string;
  readonly text: string;
}

/** A statement as it is shown. */
export interface PermissionStatementView {
  readonly id: string;
  readonly applicationId: string;
  readonly reference: string;
  readonly text: string;
}

/** Creates or replaces a statement. */
export async function putPermissionStatement(
  tx: Tx,
  applicationId: SeenApplication,
  id: string,
  { reference, text }: PermissionStatementInput,
): Promise<PermissionStatementView> {
  await holdApplication(tx, applicationId);
  await requireIdForm(id, 'id', () =>
    tx.permissionStatement.findUnique({ where: { applicationId_id: { applicationId, id } } }),
  );
  const fields = { reference, text };
  return show(
    await tx.permissionStatement.upsert({
      where: { applicationId_id: { applicationId, id } },
      create: { applicationId, id, ...fields },
      update: fields,
    }),
  );
}

/** @throws ServiceError `permission_statement_not_found`. */
export async function getPermissionStatement(
  tx: Tx,
  applicationId: SeenApplication,
  id: string,
): Promise<PermissionStatementView> {
  const row = await tx.permissionStatement.findUnique({ where: { applicationId_id: { applicationId, id } } });
  if (!row) throw refusal('permission_statement_not_found', { id, applicationId });
  return show(row);
}

/** An application's statements in the order of their ids. */
export async function listPermissionStatements(
  db: Database,
  applicationId: SeenApplication,
  paging: Paging,
): Promise<Page<PermissionStatementView>> {
  await requireApplication(db, applicationId);
  const where = { applicationId };
  return readPage(
    alphabetical('permission-statements', 'id'),
    paging,
    ({ after, ...window }) => db.permissionStatement.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.permissionStatement.count({ where }),
    show,
  );
}

/**
 * Deletes an unused statement. Run it in a transaction.
 * @throws ServiceError `permission_statement_in_use` while a permission names it.
 */
export async function deletePermissionStatement(
  tx: Tx,
  applicationId: SeenApplication,
  id: string,
): Promise<void> {
  await lockCatalogue(tx, applicationId);
  await getPermissionStatement(tx, applicationId, id);
  const used = await tx.permissionTransaction.findFirst({
    where: { applicationId, permissionStatementId: id },
    select: { id: true },
  });
  if (used) throw refusal('permission_statement_in_use');
  await tx.permissionStatement.delete({ where: { applicationId_id: { applicationId, id } } });
}

function show({ id, applicationId, reference, text }: PermissionStatement): PermissionStatementView {
  return { id, applicationId, reference, text };
}
