import { Prisma, type Tx } from '../../platform/database';

/** Name of the advisory lock on an application's catalogue. Recording a change shares it (`lockCitizen`). */
export function catalogueKey(applicationId: string): string {
  return `catalogue:${applicationId}`;
}

/**
 * Waits for the changes under way in this application and keeps new ones waiting until the transaction ends, so that
 * what is found unused stays unused while it is deleted. An advisory lock, because changes then write no row locks.
 */
export async function lockCatalogue(tx: Tx, applicationId: string): Promise<void> {
  await tx.$queryRaw(
    Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${catalogueKey(applicationId)}, 0))::text AS "held"`,
  );
}
