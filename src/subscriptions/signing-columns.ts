import { databaseNow, type Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { newSigningKey, type SigningKind } from '../platform/signing-key';
import type { SubscriptionRow } from './representation';

/** How long the former key signs too where nobody says otherwise: a day. Milliseconds. */
export const DEFAULT_OVERLAP_MS = 86_400_000;

/** Columns of what signs. */
export interface SigningColumns {
  readonly signing: SigningKind;
  readonly signingSecretSealed: string;
  readonly previousSigningSecretSealed: string | null;
  readonly previousSigningSecretUntil: Date | null;
}

/** A new key in place of a row's, which signs beside it for as long as they overlap. Milliseconds. */
export async function replaceSigningKey(
  tx: Tx,
  sealer: Sealer,
  { signingSecretSealed }: Pick<SubscriptionRow, 'signingSecretSealed'>,
  signing: SigningKind,
  overlapMs: number,
): Promise<{ readonly key: string; readonly columns: SigningColumns }> {
  const key = newSigningKey(signing);
  const until = overlapMs > 0 ? new Date((await databaseNow(tx)).getTime() + overlapMs) : null;
  const columns = {
    signing,
    signingSecretSealed: sealer.seal(key, 'signing-secret'),
    previousSigningSecretSealed: until && signingSecretSealed,
    previousSigningSecretUntil: until,
  };
  return { key, columns };
}
