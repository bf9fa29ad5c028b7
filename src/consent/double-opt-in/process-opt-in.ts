/** Does what is due for an opt-in, and returns what comes next. */
import type { DoubleOptIn } from '../../../generated/prisma/client';
import type { OptInEnd, OptInProgress } from '../../../workflows/double-opt-in/contract';
import { noteNextLook } from '../../outbox/stuck-workflows';
import type { Database, Tx } from '../../platform/database';
import { readAddress } from './address';
import { closeOptIn } from './close-opt-in';
import { findOpenItems } from './items';
import { lockOptIn } from './lock-opt-in';
import { makeEmail, TYPE, type EmailMaker, type EmailDraft } from './make-email';
import { readyTemplates, type ReadyTemplate } from './templates';

/** What processing an opt-in needs. */
export interface OptInContext extends EmailMaker {
  readonly db: Database;
}

/** An e-mail without an address or a sender can't be made; it is tried again after this. Milliseconds. */
const UNMAKEABLE_MS = 3_600_000;

/**
 * Processes an opt-in in one transaction, under its citizen's lock. An e-mail is made only once, however often the workflow
 * calls this, because the row holds what is due and the transaction that makes the e-mail clears it.
 */
export async function processOptIn(context: OptInContext, optInId: string): Promise<OptInProgress> {
  const templates = await prepareTemplates(context, optInId);
  return context.db.$transaction(async (tx) => {
    const progress = await process(tx, context, optInId, templates);
    if (progress.kind === 'waiting') await noteNextLook(tx, 'opt-in', optInId, progress.waitMs);
    return progress;
  });
}

async function process(
  tx: Tx,
  context: OptInContext,
  optInId: string,
  templates: readonly ReadyTemplate[],
): Promise<OptInProgress> {
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
  const draft = { ...locked, items, templates, reminder: due === 'reminder' };
  if (!(await make(tx, context, draft))) {
    const untilExpiry = optIn.expiresAt.getTime() - at.getTime();
    return { kind: 'waiting', waitMs: Math.min(UNMAKEABLE_MS, untilExpiry), next: 'e-mail' };
  }
  const made = {
    emailDueAt: null,
    emailsMade: optIn.emailsMade + 1,
    ...(due === 'reminder' && { reminderAt: null }),
  };
  return next(await tx.doubleOptIn.update({ where: { id: optInId }, data: made }), at);
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
  draft: Omit<EmailDraft, 'application' | 'contact'>,
): Promise<boolean> {
  const { id, applicationId } = draft.citizen;
  const contact = await readAddress(tx, context.sealer, id);
  const application = await tx.application.findUniqueOrThrow({ where: { id: applicationId } });
  const { email } = contact;
  const { senderEmail } = application;
  if (email === null || senderEmail === null) return false;
  await makeEmail(tx, context, {
    ...draft,
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
