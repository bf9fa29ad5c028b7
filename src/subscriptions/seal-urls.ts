import type { Database } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { urlColumns } from './stored-url';

/**
 * Seals the URLs whose secrets a version before has stored in the clear (rule `url-secrets-are-sealed`). One that is changed meanwhile
 * is left alone. Of deleted subscriptions the secrets are forgotten.
 * @returns how many there were
 */
export async function sealStoredUrls(db: Database, sealer: Sealer): Promise<number> {
  const rows = await db.$queryRaw<{ id: string; url: string; deletedAt: Date | null }[]>`
    SELECT "id", "url", "deletedAt" FROM "Subscription" WHERE "urlSealed" IS NULL AND "url" ~ '[?]|/[^/]{20}'`;
  const inTheClear = rows
    .map((row) => ({ ...row, columns: urlColumns(sealer, row.url) }))
    .filter(({ columns }) => columns.urlSealed !== null);
  for (const { id, url, deletedAt, columns } of inTheClear)
    await db.$executeRaw`
      UPDATE "Subscription" SET "url" = ${columns.url}, "urlSealed" = ${deletedAt ? null : columns.urlSealed}
      WHERE "id" = ${id}::uuid AND "url" = ${url} AND "urlSealed" IS NULL`;
  return inTheClear.length;
}
