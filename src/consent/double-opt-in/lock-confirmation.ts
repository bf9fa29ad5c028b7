import type { Tx } from '../../platform/database';
import type { Behind } from './confirmation';
import { lockOptIn, type LockedOptIn } from './lock-opt-in';
import { findEmail } from './token';

/** The rows behind a link, with citizen and opt-in locked: of two clicks at once the second sees what the first did. */
export async function lockConfirmation(tx: Tx, token: string): Promise<(LockedOptIn & Behind) | undefined> {
  const known = await findEmail(tx, token);
  const locked = known && (await lockOptIn(tx, known.optInId));
  const email = locked && (await tx.email.findUnique({ where: { id: known.id } }));
  return email ? { ...locked, email } : undefined;
}
