/** The final webhooks of deleted citizens whose endpoints stay down. */
import { Prisma, type Database } from '../platform/database';
import { arrayOf } from '../platform/statements';
import { columnOf } from './columns';
import { TABLES } from './entries';
import { LOCK_ORDER } from './ordering';

/** Citizens of one batch. */
const BATCH = 100;

/**
 * Replaces what is still to be sent of citizens who were deleted longer ago than that, once. An attempt that is just being begun with
 * the former body is not begun, since the version of its delivery is another.
 * @param afterMs milliseconds
 * @param replace gives the sealed body in place of a sealed one
 * @returns whether more may be left
 */
export async function replaceFinalBodies(
  db: Database,
  afterMs: number,
  replace: (bodySealed: string) => string,
): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const citizens = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
      SELECT "id" FROM "Citizen"
      WHERE "deletedAt" < now() - ${afterMs} * interval '1 millisecond' AND "forgottenAt" IS NULL
      ORDER BY "deletedAt" LIMIT ${BATCH} FOR NO KEY UPDATE SKIP LOCKED`);
    if (citizens.length === 0) return false;
    const ids = arrayOf(
      citizens.map(({ id }) => id),
      'uuid',
    );
    const bodies = await tx.$queryRaw<{ id: string; bodySealed: string }[]>(Prisma.sql`
      SELECT d."id", d."bodySealed" FROM "Delivery" d
      WHERE d."citizenId" = ANY(${ids}::uuid[]) AND d."bodySealed" IS NOT NULL
      ORDER BY ${LOCK_ORDER} FOR NO KEY UPDATE OF d`);
    const replaced = columnOf(bodies.map(({ id, bodySealed }) => ({ id, body: replace(bodySealed) })));
    await tx.$executeRaw(Prisma.sql`
      UPDATE ${TABLES.delivery.table} d SET "bodySealed" = g."body", "outboxVersion" = d."outboxVersion" + 1
      FROM unnest(${replaced('id', 'uuid')}, ${replaced('body', 'text')}) AS g("id", "body") WHERE d."id" = g."id"`);
    await tx.$executeRaw(Prisma.sql`
      UPDATE "Citizen" SET "forgottenAt" = now() WHERE "id" = ANY(${ids}::uuid[])`);
    return citizens.length === BATCH;
  });
}
