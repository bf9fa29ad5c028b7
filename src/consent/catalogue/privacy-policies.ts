/** Privacy policies that transactions refer to. */
import type { SeenApplication } from '../../access/visibility';
import type { PrivacyPolicy } from '../../../generated/prisma/client';
import type { Database, Tx } from '../../platform/database';
import { refusal } from '../../platform/errors';
import { alphabetical, readPage, type Page, type Paging } from '../../platform/paging';

import { holdApplication, requireApplication, requireIdForm } from './exists';
import { lockCatalogue } from './lock';

/** A policy as it is written. */
export interface PrivacyPolicyInput {
  /** Shown in webhooks as `privacyPolicyRef`. */
  readonly reference: string;
  readonly name: string;
  readonly url?: string | null | undefined;
}

/** A policy as it is shown. */
export interface PrivacyPolicyView {
  readonly id: string;
  readonly applicationId: string;
  readonly reference: string;
  readonly name: string;
  readonly url: string | null;
}

/** Creates or replaces a policy. */
export async function putPrivacyPolicy(
  tx: Tx,
  applicationId: SeenApplication,
  id: string,
  { reference, name, url }: PrivacyPolicyInput,
): Promise<PrivacyPolicyView> {
  await holdApplication(tx, applicationId);
  await requireIdForm(id, 'id', () =>
    tx.privacyPolicy.findUnique({ where: { applicationId_id: { applicationId, id } } }),
  );
  const fields = { reference, name, url: url ?? null };
  return show(
    await tx.privacyPolicy.upsert({
      where: { applicationId_id: { applicationId, id } },
      create: { applicationId, id, ...fields },
      update: fields,
    }),
  );
}

/** @throws ServiceError `privacy_policy_not_found`. */
export async function getPrivacyPolicy(
  tx: Tx,
  applicationId: SeenApplication,
  id: string,
): Promise<PrivacyPolicyView> {
  const row = await tx.privacyPolicy.findUnique({ where: { applicationId_id: { applicationId, id } } });
  if (!row) throw refusal('privacy_policy_not_found', { id, applicationId });
  return show(row);
}

/** An application's policies in the order of their ids. */
export async function listPrivacyPolicies(
  db: Database,
  applicationId: SeenApplication,
  paging: Paging,
): Promise<Page<PrivacyPolicyView>> {
  await requireApplication(db, applicationId);
  const where = { applicationId };
  return readPage(
    alphabetical('privacy-policies', 'id'),
    paging,
    ({ after, ...window }) => db.privacyPolicy.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.privacyPolicy.count({ where }),
    show,
  );
}

/**
 * Deletes an unused policy. Run it in a transaction.
 * @throws ServiceError `privacy_policy_in_use` while a permission names it.
 */
export async function deletePrivacyPolicy(tx: Tx, applicationId: SeenApplication, id: string): Promise<void> {
  await lockCatalogue(tx, applicationId);
  await getPrivacyPolicy(tx, applicationId, id);
  const used = await tx.permissionTransaction.findFirst({
    where: { applicationId, privacyPolicyId: id },
    select: { id: true },
  });
  if (used) throw refusal('privacy_policy_in_use');
  await tx.privacyPolicy.delete({ where: { applicationId_id: { applicationId, id } } });
}

function show({ id, applicationId, reference, name, url }: PrivacyPolicy): PrivacyPolicyView {
  return { id, applicationId, reference, name, url };
}
