import type { Tx } from '../../platform/database';
import type { ConfirmationRows } from './confirmation';
import { lockOptIn, type LockedOptIn } from './lock-opt-in';
import { findEmail } from './token';

/** Locks the citizen and the opt-in of a link, so that of two clicks at the same time the second sees what the first did. */
export async function lockConfirmation(
  tx: Tx,
  token: string,
): Promise<(LockedOptIn & ConfirmationRows) | undefined> {
  const known = await findEmail(tx, token);
  const locked = known && (await lockOptIn(tx, known.optInId));
  const email = locked && (await tx.email.findUnique({ where: { id: known.id } }));
  return email ? { ...locked, email } : undefined;
}
