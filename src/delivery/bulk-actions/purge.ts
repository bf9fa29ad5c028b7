import { Prisma, type Database } from '../../platform/database';

/**
 * Removes bulk actions that began longer ago than the retention and have ended: before any of their deliveries is purged, so that none
 * tells of fewer than there were.
 * @param retentionMs milliseconds
 */
export async function purgeBulkActions(db: Database, retentionMs: number): Promise<void> {
  await db.$executeRaw(Prisma.sql`
    DELETE FROM "BulkAction"
    WHERE "status" <> 'running' AND "createdAt" < now() - ${retentionMs}::float8 * interval '1 millisecond'`);
}
