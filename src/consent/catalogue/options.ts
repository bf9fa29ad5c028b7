/** Options: what a citizen can permit. */
import type { SeenApplication } from '../../access/visibility';
import type { Option } from '../../../generated/prisma/client';
import type { Database, Tx } from '../../platform/database';
import { refusal } from '../../platform/errors';
import { alphabetical, readPage, type Page, type Paging } from '../../platform/paging';

import { holdApplication, requireApplication, requireIdForm } from './exists';
import { requireInNoFilter } from './in-filter';
import { lockCatalogue } from './lock';

/** An option as it is shown. */
export interface OptionView {
  readonly id: string;
  readonly applicationId: string;
  readonly name: string;
}

/** Creates or renames an option. */
export async function putOption(
  tx: Tx,
  applicationId: SeenApplication,
  id: string,
  { name }: { readonly name: string },
): Promise<OptionView> {
  await holdApplication(tx, applicationId);
  await requireIdForm(id, 'id', () =>
    tx.option.findUnique({ where: { applicationId_id: { applicationId, id } } }),
  );
  return show(
    await tx.option.upsert({
      where: { applicationId_id: { applicationId, id } },
      create: { applicationId, id, name },
      update: { name },
    }),
  );
}

/** @throws ServiceError `option_not_found`. */
export async function getOption(tx: Tx, applicationId: SeenApplication, id: string): Promise<OptionView> {
  const row = await tx.option.findUnique({ where: { applicationId_id: { applicationId, id } } });
  if (!row) throw refusal('option_not_found', { id, applicationId });
  return show(row);
}

/** An application's options in the order of their ids. */
export async function listOptions(
  db: Database,
  applicationId: SeenApplication,
  paging: Paging,
): Promise<Page<OptionView>> {
  await requireApplication(db, applicationId);
  const where = { applicationId };
  return readPage(
    alphabetical('options', 'id'),
    paging,
    ({ after, ...window }) => db.option.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.option.count({ where }),
    show,
  );
}

/**
 * Deletes an unused option. Run it in a transaction.
 * @throws ServiceError `option_in_use` while a permission names it, `option_in_group` while a group does, `named_by_filter` while a filter does.
 */
export async function deleteOption(tx: Tx, applicationId: SeenApplication, id: string): Promise<void> {
  await lockCatalogue(tx, applicationId);
  await getOption(tx, applicationId, id);
  const member = await tx.optionGroupMember.findFirst({ where: { applicationId, optionId: id } });
  if (member) throw refusal('option_in_group');
  const used = await tx.permissionTransaction.findFirst({
    where: { applicationId, optionType: 'option', optionId: id },
    select: { id: true },
  });
  if (used) throw refusal('option_in_use');
  await tx.option.delete({ where: { applicationId_id: { applicationId, id } } });
  await requireInNoFilter(tx, applicationId, `option:${id}`);
}

function show({ id, applicationId, name }: Option): OptionView {
  return { id, applicationId, name };
}
