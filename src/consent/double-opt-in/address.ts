/** A citizen's e-mail address, which is stored apart from the citizen and encrypted. */
import type { Sealer } from '../../platform/encryption';
import type { StatementTx } from '../../platform/statement-transaction';

/** A decrypted address. */
export interface CitizenContact {
  readonly email: string | null;
  readonly locale: string | null;
}

/** Reads a citizen's address. */
export async function readAddress(
  tx: StatementTx,
  sealer: Sealer,
  citizenId: string,
): Promise<CitizenContact> {
  const [row] = await tx.$queryRaw<{ emailSealed: string | null; localeSealed: string | null }[]>`
    SELECT "emailSealed", "localeSealed" FROM "CitizenAddress" WHERE "citizenId" = ${citizenId}::uuid`;
  const open = (sealed: string | null | undefined): string | null =>
    sealed ? sealer.open(sealed, 'address') : null;
  return { email: open(row?.emailSealed), locale: open(row?.localeSealed) };
}

/** Stores the given parts of an address; absent parts stay as they are. */
export async function storeAddress(
  tx: StatementTx,
  sealer: Sealer,
  citizenId: string,
  {
    email,
    locale,
  }: { readonly email?: string | null | undefined; readonly locale?: string | null | undefined },
): Promise<void> {
  if (!email && !locale) return;
  const seal = (text: string | null | undefined): string | null =>
    text ? sealer.seal(text, 'address') : null;
  await tx.$executeRaw`
    INSERT INTO "CitizenAddress" AS stored ("citizenId", "emailSealed", "localeSealed")
    VALUES (${citizenId}::uuid, ${seal(email)}, ${seal(locale)})
    ON CONFLICT ("citizenId") DO UPDATE SET
      "emailSealed" = coalesce(excluded."emailSealed", stored."emailSealed"),
      "localeSealed" = coalesce(excluded."localeSealed", stored."localeSealed")`;
}
