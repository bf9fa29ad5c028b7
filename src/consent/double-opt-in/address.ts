/** A citizen's e-mail address, which is stored apart from the citizen and encrypted. */
import type { Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';

/** A decrypted address. */
export interface CitizenContact {
  readonly email: string | null;
  readonly locale: string | null;
}

/** Reads a citizen's address. */
export async function readAddress(tx: Tx, sealer: Sealer, citizenId: string): Promise<CitizenContact> {
  const row = await tx.citizenAddress.findUnique({ where: { citizenId } });
  const open = (sealed: string | null | undefined): string | null =>
    sealed ? sealer.open(sealed, 'address') : null;
  return { email: open(row?.emailSealed), locale: open(row?.localeSealed) };
}

/** Stores the given parts of an address; absent parts stay as they are. */
export async function storeAddress(
  tx: Tx,
  sealer: Sealer,
  citizenId: string,
  {
    email,
    locale,
  }: { readonly email?: string | null | undefined; readonly locale?: string | null | undefined },
): Promise<void> {
  if (!email && !locale) return;
  const given = {
    ...(email && { emailSealed: sealer.seal(email, 'address') }),
    ...(locale && { localeSealed: sealer.seal(locale, 'address') }),
  };
  await tx.citizenAddress.upsert({ where: { citizenId }, create: { citizenId, ...given }, update: given });
}
