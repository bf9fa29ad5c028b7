import { Prisma, type Database } from '../platform/database';
import { SealError, type Sealer } from '../platform/encryption';
import { secretsOfUrl } from '../subscriptions/masked-url';
import { openUrl, type UrlColumns } from '../subscriptions/stored-url';
import { arrayOf } from '../platform/statements';
import { redactAnswer } from './http/redact';
import { openAnswer, sealAnswer, type AnswerColumns } from './kept-answer';

/** An attempt, and where it was made to. */
type StoredAnswer = AnswerColumns & UrlColumns & { readonly id: string };

/** Attempts of one batch. */
const BATCH = 200;

/**
 * Seals a batch of answers whose headers a version before has stored in the clear, without the secrets of their subscription's URL, in
 * headers and body. It waits for nobody: what somebody else has locked is left to the next batch.
 * @returns whether there may be more
 */
export async function sealStoredAnswers(db: Database, sealer: Sealer): Promise<boolean> {
  return db.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<StoredAnswer[]>(Prisma.sql`
      SELECT a."id", a."responseHeaders", a."responseHeadersSealed", a."responseBodySealed", s."url", s."urlSealed"
      FROM "Attempt" a JOIN "Subscription" s ON s."id" = a."subscriptionId"
      WHERE a."responseHeaders" IS NOT NULL LIMIT ${BATCH} FOR NO KEY UPDATE OF a SKIP LOCKED`);
    if (rows.length === 0) return false;
    const sealed = rows.map((row) => sealedAnew(sealer, row));
    const column = (values: readonly (string | null)[]): Prisma.Sql => arrayOf(values, 'text');
    await tx.$executeRaw(Prisma.sql`
      UPDATE "Attempt" a
      SET "responseHeaders" = NULL, "responseHeadersSealed" = g."headers", "responseBodySealed" = g."body"
      FROM unnest(${column(rows.map(({ id }) => id))}, ${column(sealed.map((of) => of.responseHeadersSealed))},
        ${column(sealed.map((of) => of.responseBodySealed))}) AS g("id", "headers", "body")
      WHERE a."id" = g."id"::uuid`);
    return rows.length === BATCH;
  });
}

function sealedAnew(sealer: Sealer, stored: StoredAnswer): ReturnType<typeof sealAnswer> {
  const { responseBodySealed } = stored;
  try {
    return sealAnswer(
      sealer,
      redactAnswer(openAnswer(sealer, stored), secretsOfUrl(openUrl(sealer, stored))),
    );
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    // Of a key that is not at hand: that stays as it is, and hinders no other.
    const headers = redactAnswer(openAnswer(sealer, { ...stored, responseBodySealed: null }), []);
    return { ...sealAnswer(sealer, headers), responseBodySealed };
  }
}
