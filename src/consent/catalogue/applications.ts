/** Applications: each has its catalogue, citizens and subscriptions. */
import type { SeenApplication, Visibility } from '../../access/visibility';
import type { Application } from '../../../generated/prisma/client';
import { Prisma, databaseNow, type Database, type Tx } from '../../platform/database';
import { fieldProblem, invalid, refusal } from '../../platform/errors';
import { alphabetical, readPage, type Page, type Paging } from '../../platform/paging';
import { requireIdForm } from './exists';

/** `auto`: an objection is upheld at once; `manual`: somebody decides (rule `objections-upheld`). */
export const OBJECTION_MODES = ['auto', 'manual'] as const;
export type ObjectionMode = (typeof OBJECTION_MODES)[number];

/** An e-mail address with the name shown beside it. */
export interface Mailbox {
  readonly email: string;
  readonly name?: string | null | undefined;
}

/** Double opt-in links and their page. Durations in milliseconds. */
export interface ConfirmPageSettings {
  /** Life of a link; default seven days. */
  readonly expiryMs?: number | undefined;
  /** Wait before the one reminder; null, the default: none is sent. */
  readonly reminderMs?: number | null | undefined;
  /** Where the page leads back to. */
  readonly returnUrl?: string | null | undefined;
  /** Colour of its button. */
  readonly accent?: string | null | undefined;
}

/** An application as it is written; what is absent takes its default. */
export interface ApplicationInput {
  readonly name: string;
  readonly objections?: ObjectionMode | undefined;
  readonly sender?: Mailbox | null | undefined;
  readonly replyTo?: Mailbox | null | undefined;
  /** First one is the default; default `['en']`. */
  readonly locales?: readonly string[] | undefined;
  readonly confirmPage?: ConfirmPageSettings | undefined;
}

/** An application as it is shown; what is shown can be written back. */
export interface ApplicationView {
  readonly id: string;
  readonly name: string;
  readonly objections: ObjectionMode;
  readonly sender: { readonly email: string; readonly name: string | null } | null;
  readonly replyTo: { readonly email: string; readonly name: string | null } | null;
  readonly locales: readonly string[];
  readonly confirmPage: {
    readonly expiryMs: number;
    readonly reminderMs: number | null;
    readonly returnUrl: string | null;
    readonly accent: string | null;
  };
  readonly createdAt: string;
  readonly updatedAt: string;
}

const WEEK_MS = 7 * 86_400_000;

/**
 * Creates or replaces an application.
 * @throws ServiceError `invalid_request` for repeated locales, or a reminder that is due only when the link has expired.
 */
export async function putApplication(
  tx: Tx,
  id: SeenApplication,
  input: ApplicationInput,
): Promise<ApplicationView> {
  const { confirmPage = {}, locales = ['en'] } = input;
  const expiryMs = confirmPage.expiryMs ?? WEEK_MS;
  if (locales.length === 0) throw invalid(fieldProblem('locales', 'entry_required'));
  if (new Set(locales).size < locales.length) throw invalid(fieldProblem('locales', 'duplicate_locale'));
  if (confirmPage.reminderMs && confirmPage.reminderMs >= expiryMs) {
    throw invalid(fieldProblem('confirmPage.reminderMs', 'reminder_after_expiry'));
  }
  const fields = {
    name: input.name,
    objections: input.objections ?? 'auto',
    senderEmail: input.sender?.email ?? null,
    senderName: input.sender?.name ?? null,
    replyToEmail: input.replyTo?.email ?? null,
    replyToName: input.replyTo?.name ?? null,
    locales: [...locales],
    confirmExpiryMs: expiryMs,
    confirmReminderMs: confirmPage.reminderMs ?? null,
    confirmReturnUrl: confirmPage.returnUrl ?? null,
    confirmAccent: confirmPage.accent ?? null,
  };
  await requireIdForm(id, 'applicationId', () =>
    tx.application.findUnique({ where: { id, deletedAt: null } }),
  );
  // One that was deleted and whose row is still there is another application from now on.
  await tx.application.updateMany({
    where: { id, deletedAt: { not: null } },
    data: { deletedAt: null, createdAt: await databaseNow(tx) },
  });
  return show(await tx.application.upsert({ where: { id }, create: { id, ...fields }, update: fields }));
}

/** @throws ServiceError `application_not_found`. */
export async function getApplication(tx: Tx, id: SeenApplication): Promise<ApplicationView> {
  const row = await tx.application.findUnique({ where: { id, deletedAt: null } });
  if (!row) throw refusal('application_not_found', { applicationId: id });
  return show(row);
}

/** The applications that the caller sees, in the order of their ids. */
export async function listApplications(
  db: Database,
  visible: Visibility,
  paging: Paging,
): Promise<Page<ApplicationView>> {
  const where = { ...visible.applications(), deletedAt: null };
  return readPage(
    alphabetical('applications', 'id'),
    paging,
    ({ after, ...window }) => db.application.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.application.count({ where }),
    show,
  );
}

/**
 * Deletes an application with its catalogue. What is left of deleted citizens and subscriptions may be any number of rows; where there
 * are some, the row of the application stays until they are purged ({@link purgeApplications}), and exists for nobody meanwhile. Run
 * it in a transaction.
 * @throws ServiceError a conflict while it has citizens or subscriptions, deleted ones included as long as the log of their
 *   deliveries is kept.
 */
export async function deleteApplication(tx: Tx, id: SeenApplication): Promise<void> {
  // A transaction that adds a citizen or a subscription locks this row by its foreign key: it is seen below, or it waits.
  await tx.$queryRaw(Prisma.sql`SELECT 1 FROM "Application" WHERE "id" = ${id} FOR UPDATE`);
  await getApplication(tx, id);
  if (await tx.citizen.findFirst({ where: { applicationId: id, deletedAt: null }, select: { id: true } })) {
    throw refusal('application_has_citizens');
  }
  if (
    await tx.subscription.findFirst({ where: { applicationId: id, deletedAt: null }, select: { id: true } })
  ) {
    throw refusal('application_has_subscriptions');
  }
  if (await tx.delivery.findFirst({ where: { subscription: { applicationId: id } }, select: { id: true } })) {
    throw refusal('application_has_deliveries');
  }
  const ofIt = { where: { applicationId: id } };
  // Before the options, whose deletion a group's membership forbids.
  await tx.optionGroup.deleteMany(ofIt);
  await tx.option.deleteMany(ofIt);
  await tx.privacyPolicy.deleteMany(ofIt);
  await tx.permissionStatement.deleteMany(ofIt);
  await tx.preference.deleteMany(ofIt);
  await tx.emailTemplate.deleteMany(ofIt);
  await tx.application.update({
    where: { id },
    data: { ...FORGOTTEN, deletedAt: await databaseNow(tx) },
  });
  await purgeApplications(tx);
}

/** What a deleted application says of people and places. */
const FORGOTTEN = {
  ...{ name: '', senderEmail: null, senderName: null, replyToEmail: null, replyToName: null },
  ...{ confirmReturnUrl: null, confirmAccent: null },
};

/**
 * Removes deleted applications that nothing is left of. Their citizens are looked for one application after the other, by the index
 * that has this order: asked whether there are none, the planner would rather read all citizens of all applications.
 */
export async function purgeApplications(tx: Tx): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM "Application" WHERE "id" IN (
      SELECT a."id" FROM "Application" a WHERE a."deletedAt" IS NOT NULL
        AND (SELECT c."id" FROM "Citizen" c WHERE c."applicationId" = a."id" ORDER BY c."externalRef" LIMIT 1) IS NULL
        AND NOT EXISTS (SELECT 1 FROM "Subscription" s WHERE s."applicationId" = a."id") FOR UPDATE SKIP LOCKED)`;
}

function show(row: Application): ApplicationView {
  return {
    id: row.id,
    name: row.name,
    objections: row.objections as ObjectionMode,
    sender: mailbox(row.senderEmail, row.senderName),
    replyTo: mailbox(row.replyToEmail, row.replyToName),
    locales: row.locales,
    confirmPage: {
      expiryMs: Number(row.confirmExpiryMs),
      reminderMs: row.confirmReminderMs === null ? null : Number(row.confirmReminderMs),
      returnUrl: row.confirmReturnUrl,
      accent: row.confirmAccent,
    },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function mailbox(email: string | null, name: string | null): { email: string; name: string | null } | null {
  return email === null ? null : { email, name };
}
