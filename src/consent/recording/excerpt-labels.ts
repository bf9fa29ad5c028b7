import type { LabelledEntries, Labels } from '../rendering/labels';
import type { CatalogueExcerpt } from './check-catalogue';

/**
 * The labels that entries need, where the excerpt of a change has them all: then they need not be read. It lacks some where
 * the passing of time alters a permission that the change does not name; undefined then.
 */
export function excerptLabels(
  { policies, statements, preferences }: CatalogueExcerpt,
  { transactions, answers }: LabelledEntries,
): Labels | undefined {
  const known =
    transactions.every(
      ({ privacyPolicyId: policy, permissionStatementId: statement }) =>
        (policy === null || policies.has(policy)) && (statement === null || statements.has(statement)),
    ) && answers.every(({ preferenceRef }) => preferences.has(preferenceRef));
  if (!known) return undefined;
  return {
    policies,
    statements,
    preferences: new Map(
      [...preferences].map(([reference, { label, choices }]) => [
        reference,
        { label, choices: new Map(choices.map((choice) => [choice.reference, choice.label])) },
      ]),
    ),
  };
}
