/** Which applications a key or a person is for. */
import { z } from 'zod';
import type { Tx } from '../platform/database';
import { fieldProblem, invalid } from '../platform/errors';
import { line } from '../platform/fields';

/** As callers give and see them. */
export const applicationIds = z
  .array(line(50))
  .min(1)
  .max(100)
  .nullable()
  .meta({
    description: 'The applications that exist for them, by their ids; `null`: all.',
    examples: [['acme-shop'], null],
  });

/** As they are stored: a list that became empty would open nothing, rather than everything. */
export interface StoredApplications {
  readonly isLimited: boolean;
  readonly applicationIds: string[];
}

/** The applications of a row; null: all. */
export function applicationsOf(row: StoredApplications): string[] | null {
  return row.isLimited ? row.applicationIds : null;
}

/** What is stored of them. */
export function storedApplications(ids: readonly string[] | null): StoredApplications {
  return { isLimited: ids !== null, applicationIds: [...new Set(ids ?? [])] };
}

/** @throws ServiceError naming those that do not exist. */
export async function requireApplications(tx: Tx, ids: readonly string[] | null): Promise<void> {
  const rows = await tx.application.findMany({
    where: { id: { in: [...(ids ?? [])] }, deletedAt: null },
    select: { id: true },
  });
  const known = new Set(rows.map(({ id }) => id));
  const problems = (ids ?? []).flatMap((applicationId, index) =>
    known.has(applicationId)
      ? []
      : [fieldProblem(`applicationIds.${index}`, 'unknown_application', { applicationId })],
  );
  if (problems.length > 0) throw invalid(...problems);
}
