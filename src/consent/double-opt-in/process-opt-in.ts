/** One look at an opt-in: does what is due, and says what comes next. */
import type { DoubleOptIn } from '../../../generated/prisma/client';
import type { OptInEnd, OptInProgress } from '../../../workflows/double-opt-in/contract';
import type { Database, Tx } from '../../platform/database';
import { readAddress } from './address';
import { closeOptIn } from './close-opt-in';
import { findOpenItems } from './items';
import { lockOptIn } from './lock-opt-in';
import { makeEmail, TYPE, type EmailMaker, type EmailOrder } from './make-email';
import { readyTemplates, type ReadyTemplate } from './templates';

/** What looks need. */
export interface OptInContext extends EmailMaker {
  readonly db: Database;
}

/** An e-mail that can't be made, for want of an address or a sender, is tried again after this. Milliseconds. */
const UNMAKEABLE_MS = 3_600_000;

/**
 * Looks at an opt-in under its citizen's lock, in one transaction. So an e-mail is made once, however often the workflow
 * asks: what is due stands in the row, and is cleared with what was made of it.
 */
export async function processOptIn(context: OptInContext, optInId: string): Promise<OptInProgress> {
  const templates = await prepareTemplates(context, optInId);
  return context.db.$transaction(async (tx): Promise<OptInProgress> => {
    const locked = await lockOptIn(tx, optInId);
    if (!locked) return { kind: 'ended', status: 'gone' };
    const { optIn, at } = locked;
    if (optIn.status !== 'pending') return { kind: 'ended', status: optIn.status as OptInEnd };
    const items = await findOpenItems(tx, optInId, at);
    if (at >= optIn.expiresAt || items.length === 0) {
      const status = at >= optIn.expiresAt ? 'expired' : 'voided';
      await closeOptIn(tx, optInId, status, at);
      return { kind: 'ended', status };
    }
    const due = dueEmail(optIn, at);
    if (due === undefined) return next(optIn, at);
    const order = { ...locked, items, templates, reminder: due === 'reminder' };
    if (!(await make(tx, context, order))) {
      const untilExpiry = optIn.expiresAt.getTime() - at.getTime();
      return { kind: 'waiting', waitMs: Math.min(UNMAKEABLE_MS, untilExpiry), next: 'e-mail' };
    }
    const made = {
      emailDueAt: null,
      emailsMade: optIn.emailsMade + 1,
      ...(due === 'reminder' && { reminderAt: null }),
    };
    return next(await tx.doubleOptIn.update({ where: { id: optInId }, data: made }), at);
  });
}

function dueEmail({ emailDueAt, reminderAt }: DoubleOptIn, at: Date): 'first' | 'reminder' | undefined {
  if (emailDueAt && emailDueAt <= at) return 'first';
  return reminderAt && reminderAt <= at ? 'reminder' : undefined;
}

/** Compiling takes long: it is done before anything is locked. */
async function prepareTemplates(
  { db, sealer, logger }: OptInContext,
  optInId: string,
): Promise<readonly ReadyTemplate[]> {
  const optIn = await db.doubleOptIn.findUnique({ where: { id: optInId } });
  if (optIn?.status !== 'pending') return [];
  const { locale } = await readAddress(db, sealer, optIn.citizenId);
  const application = await db.application.findUniqueOrThrow({ where: { id: optIn.applicationId } });
  return readyTemplates(db, logger, application, TYPE, locale);
}

/** False when the address or the sender is missing. */
async function make(
  tx: Tx,
  context: OptInContext,
  order: Omit<EmailOrder, 'application' | 'contact'>,
): Promise<boolean> {
  const { id, applicationId } = order.citizen;
  const contact = await readAddress(tx, context.sealer, id);
  const application = await tx.application.findUniqueOrThrow({ where: { id: applicationId } });
  const { email } = contact;
  const { senderEmail } = application;
  if (email === null || senderEmail === null) return false;
  await makeEmail(tx, context, {
    ...order,
    application: { ...application, senderEmail },
    contact: { ...contact, email },
  });
  return true;
}

function next({ emailDueAt, reminderAt, expiresAt }: DoubleOptIn, at: Date): OptInProgress {
  const [first] = [
    ...(emailDueAt ? [{ next: 'e-mail' as const, due: emailDueAt }] : []),
    ...(reminderAt && reminderAt < expiresAt ? [{ next: 'reminder' as const, due: reminderAt }] : []),
    { next: 'expiry' as const, due: expiresAt },
  ].sort((a, b) => a.due.getTime() - b.due.getTime()) as [{ next: 'reminder' | 'expiry'; due: Date }];
  return { kind: 'waiting', waitMs: Math.max(0, first.due.getTime() - at.getTime()), next: first.next };
}
