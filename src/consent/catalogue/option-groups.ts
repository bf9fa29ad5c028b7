/** Groups of options. A permission on a group is separate: nothing cascades to the members. */
import type { SeenApplication } from '../../access/visibility';
import type { Database, Tx } from '../../platform/database';
import { fieldProblem, invalid, refusal } from '../../platform/errors';
import { alphabetical, readPage, type Page, type Paging } from '../../platform/paging';

import { holdApplication, requireApplication, requireIdForm } from './exists';
import { requireInNoFilter } from './in-filter';
import { lockCatalogue } from './lock';

/** A group as it is written. */
export interface OptionGroupInput {
  readonly name: string;
  /** Members, in their order. */
  readonly optionIds: readonly string[];
}

/** A group as it is shown. */
export interface OptionGroupView extends OptionGroupInput {
  readonly id: string;
  readonly applicationId: string;
}

/**
 * Creates or replaces a group. Run it in a transaction.
 * @throws ServiceError `invalid_request` naming members that are no options, or twice.
 */
export async function putOptionGroup(
  tx: Tx,
  applicationId: SeenApplication,
  id: string,
  { name, optionIds }: OptionGroupInput,
): Promise<OptionGroupView> {
  await holdApplication(tx, applicationId);
  await requireIdForm(id, 'id', () =>
    tx.optionGroup.findUnique({ where: { applicationId_id: { applicationId, id } } }),
  );
  // Members must not be deleted meanwhile, and two writers of a group must not mix theirs.
  await lockCatalogue(tx, applicationId);
  await requireOptions(tx, applicationId, optionIds);
  await tx.optionGroup.upsert({
    where: { applicationId_id: { applicationId, id } },
    create: { applicationId, id, name },
    update: { name },
  });
  await tx.optionGroupMember.deleteMany({ where: { applicationId, groupId: id } });
  await tx.optionGroupMember.createMany({
    data: optionIds.map((optionId, position) => ({ applicationId, groupId: id, optionId, position })),
  });
  return { id, applicationId, name, optionIds };
}

/** @throws ServiceError `option_group_not_found`. */
export async function getOptionGroup(
  tx: Tx,
  applicationId: SeenApplication,
  id: string,
): Promise<OptionGroupView> {
  const row = await tx.optionGroup.findUnique({
    where: { applicationId_id: { applicationId, id } },
    include: MEMBERS,
  });
  if (!row) throw refusal('option_group_not_found', { id, applicationId });
  return show(row);
}

/** An application's groups in the order of their ids. */
export async function listOptionGroups(
  db: Database,
  applicationId: SeenApplication,
  paging: Paging,
): Promise<Page<OptionGroupView>> {
  await requireApplication(db, applicationId);
  const where = { applicationId };
  return readPage(
    alphabetical('option-groups', 'id'),
    paging,
    ({ after, ...window }) =>
      db.optionGroup.findMany({ where: { ...where, AND: after }, include: MEMBERS, ...window }),
    () => db.optionGroup.count({ where }),
    show,
  );
}

/**
 * Deletes an unused group; its members stay. Run it in a transaction.
 * @throws ServiceError `option_group_in_use` while a permission names it, `named_by_filter` while a filter does.
 */
export async function deleteOptionGroup(tx: Tx, applicationId: SeenApplication, id: string): Promise<void> {
  await lockCatalogue(tx, applicationId);
  await getOptionGroup(tx, applicationId, id);
  const used = await tx.permissionTransaction.findFirst({
    where: { applicationId, optionType: 'group', optionId: id },
    select: { id: true },
  });
  if (used) throw refusal('option_group_in_use');
  await tx.optionGroup.delete({ where: { applicationId_id: { applicationId, id } } });
  await requireInNoFilter(tx, applicationId, `group:${id}`);
}

const MEMBERS = { members: { orderBy: { position: 'asc' }, select: { optionId: true } } } as const;

interface GroupRow {
  readonly id: string;
  readonly applicationId: string;
  readonly name: string;
  readonly members: readonly { readonly optionId: string }[];
}

function show({ id, applicationId, name, members }: GroupRow): OptionGroupView {
  return { id, applicationId, name, optionIds: members.map(({ optionId }) => optionId) };
}

async function requireOptions(tx: Tx, applicationId: string, optionIds: readonly string[]): Promise<void> {
  const rows = await tx.option.findMany({
    where: { applicationId, id: { in: [...optionIds] } },
    select: { id: true },
  });
  const known = new Set(rows.map(({ id }) => id));
  const problems = optionIds.flatMap((id, index) => {
    const path = `optionIds.${index}`;
    if (!known.has(id)) return [fieldProblem(path, 'unknown_option', { id, applicationId })];
    return optionIds.indexOf(id) < index ? [fieldProblem(path, 'duplicate')] : [];
  });
  if (problems.length > 0) throw invalid(...problems);
}
