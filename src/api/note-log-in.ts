/** Log-ins in the audit trail, in whichever way somebody has shown who they are. */
import { recordEvent, type AuditEvent } from '../access/audit';
import type { LoggedIn } from '../access/logged-in';
import type { Database } from '../platform/database';
import { ServiceError } from '../platform/errors';

/** Records that somebody has logged in. */
export async function noteLogIn(
  db: Database,
  event: AuditEvent,
  { administratorId: actorId, email: actorName }: LoggedIn,
): Promise<void> {
  await recordEvent(db, { ...event, actorKind: 'administrator', actorId, actorName });
}

/**
 * Does what ends in a log-in, and records it, or why it was refused.
 * @throws what it throws.
 */
export async function noted(
  db: Database,
  event: AuditEvent,
  logIn: () => Promise<LoggedIn>,
): Promise<LoggedIn> {
  try {
    const loggedIn = await logIn();
    await noteLogIn(db, event, loggedIn);
    return loggedIn;
  } catch (error) {
    if (error instanceof ServiceError)
      await recordEvent(db, { ...event, refusedFor: error.problems[0]?.code ?? error.code });
    throw error;
  }
}
