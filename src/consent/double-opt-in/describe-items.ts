import type { PermissionTransaction } from '../../../generated/prisma/client';
import type { EmailItem } from '../../emails/values';
import type { Tx } from '../../platform/database';

/** What a citizen is shown of a transaction, in the present words of the catalogue. */
export interface DescribedItem extends EmailItem {
  readonly transactionId: string;
}

/** Describes transactions of one application, in their order. */
export async function describeItems(
  tx: Tx,
  applicationId: string,
  transactions: readonly PermissionTransaction[],
): Promise<DescribedItem[]> {
  const idsOf = (type: string): string[] =>
    transactions.filter(({ optionType }) => optionType === type).map(({ optionId }) => optionId);
  const named = (ids: readonly (string | null)[]): { applicationId: string; id: { in: string[] } } => ({
    applicationId,
    id: { in: ids.filter((id) => id !== null) },
  });
  const options = byId(await tx.option.findMany({ where: named(idsOf('option')) }));
  const groups = byId(await tx.optionGroup.findMany({ where: named(idsOf('group')) }));
  const statements = byId(
    await tx.permissionStatement.findMany({ where: named(transactions.map((t) => t.permissionStatementId)) }),
  );
  const policies = byId(
    await tx.privacyPolicy.findMany({ where: named(transactions.map((t) => t.privacyPolicyId)) }),
  );
  return transactions.map((transaction) => {
    const { id, optionType, optionId, permissionStatementId, privacyPolicyId } = transaction;
    const policy = policies.get(privacyPolicyId ?? '');
    return {
      transactionId: id,
      name: (optionType === 'group' ? groups : options).get(optionId)?.name ?? optionId,
      statement: statements.get(permissionStatementId ?? '')?.text ?? null,
      privacyPolicy: policy ? { name: policy.name, url: policy.url } : null,
    };
  });
}

function byId<T extends { readonly id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}
