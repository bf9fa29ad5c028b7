/** Whether a receiver may lack a state that only a resync sends it. */
import { Prisma, type Tx } from '../platform/database';

/** Notes that it is sent to another receiver, or is to be told of something else, from now on. Changes that are skipped note themselves. */
export async function noteLack(tx: Tx, subscriptionId: string): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "SkippedCount" ("subscriptionId") VALUES (${subscriptionId}::uuid)
    ON CONFLICT ("subscriptionId") DO UPDATE SET "lacksAt" = now()`;
}

/** SQL: whether it lacks something since its last resync of everybody; of the subscription `given`, with its `skipped`. */
export const LACKS_STATE: Prisma.Sql = Prisma.sql`
  coalesce(given."updateType" = 'effective-permission' AND skipped."lacksAt" > coalesce((
    SELECT max("createdAt") FROM "Resync" WHERE "subscriptionId" = given.id AND "since" IS NULL
       AND status IN ('running', 'completed')), '-infinity'), false)`;
