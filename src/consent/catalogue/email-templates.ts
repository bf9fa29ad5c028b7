/** An application's own e-mail templates; where it has none, the built-in ones serve (src/emails/defaults). */
import type { SeenApplication } from '../../access/visibility';
import type { EmailTemplate } from '../../../generated/prisma/client';
import { DEFAULT_TEMPLATES } from '../../emails/defaults/default-templates';
import { firstIn, localeChain } from '../../emails/locale';
import { checkTemplate } from '../../emails/check-template';
import { compileTemplate, renderEmail } from '../../emails/render-email';
import {
  TemplateError,
  type EmailType,
  type RenderedEmail,
  type TemplateProblem,
  type TemplateSource,
} from '../../emails/template';
import { sampleValues } from '../../emails/values';
import type { Database, Tx } from '../../platform/database';
import { fieldProblem, invalid, refusal, type ServiceError } from '../../platform/errors';
import { alphabetical, readPage, type Page, type Paging } from '../../platform/paging';

import { holdApplication, requireApplication } from './exists';

/** Which template. */
export interface TemplateKey {
  readonly applicationId: SeenApplication;
  readonly type: EmailType;
  readonly locale: string;
}

/** A template as it is shown. */
export interface EmailTemplateView extends TemplateSource {
  readonly applicationId: string;
  readonly type: EmailType;
  readonly locale: string;
  readonly updatedAt: string;
}

/**
 * Creates or replaces a template. The check may take seconds, and waits for the checks of others: no transaction is open
 * until it is over.
 * @param requireUnchanged refuses, in the transaction that writes, where the caller has read another one
 * @throws ServiceError `application_not_found` before the template is checked; `invalid_request` naming line and
 *   reason where it could not be rendered.
 */
export async function putEmailTemplate(
  db: Database,
  key: TemplateKey,
  { subject, mjml, text }: TemplateSource,
  requireUnchanged: (tx: Tx) => Promise<void>,
): Promise<EmailTemplateView> {
  await requireApplication(db, key.applicationId);
  const source = { subject, mjml, text };
  await requireRenderable(source, key.locale);
  return db.$transaction(async (tx) => {
    await holdApplication(tx, key.applicationId); // it may have been deleted meanwhile
    await requireUnchanged(tx);
    return show(
      await tx.emailTemplate.upsert({
        where: { applicationId_type_locale: key },
        create: { ...key, ...source },
        update: source,
      }),
    );
  });
}

/** @throws ServiceError `email_template_not_found` where the application has none of its own. */
export async function getEmailTemplate(tx: Tx, key: TemplateKey): Promise<EmailTemplateView> {
  const row = await tx.emailTemplate.findUnique({ where: { applicationId_type_locale: key } });
  if (!row) throw refusal('email_template_not_found', { ...key });
  return show(row);
}

/** The template that serves where an application has none: in the language, or else in English. */
export function getBuiltInTemplate(locale: string): TemplateSource & { readonly locale: string } {
  const builtIn = firstIn(localeChain(locale, []), DEFAULT_TEMPLATES);
  if (!builtIn) throw new Error('there is no built-in template');
  return builtIn;
}

/** An application's own templates, by type and locale. */
export async function listEmailTemplates(
  db: Database,
  applicationId: SeenApplication,
  paging: Paging,
): Promise<Page<EmailTemplateView>> {
  await requireApplication(db, applicationId);
  const where = { applicationId };
  return readPage(
    alphabetical('email-templates', 'type', 'locale'),
    paging,
    ({ after, ...window }) => db.emailTemplate.findMany({ where: { ...where, AND: after }, ...window }),
    () => db.emailTemplate.count({ where }),
    show,
  );
}

/** Deletes a template: the built-in one serves again. @throws ServiceError `email_template_not_found`. */
export async function deleteEmailTemplate(tx: Tx, key: TemplateKey): Promise<void> {
  await getEmailTemplate(tx, key);
  await tx.emailTemplate.delete({ where: { applicationId_type_locale: key } });
}

/**
 * Renders a template with sample values; nothing is stored.
 * @throws ServiceError `invalid_request` as {@link putEmailTemplate}.
 */
export async function previewEmailTemplate(
  tx: Tx,
  { applicationId, locale }: TemplateKey,
  source: TemplateSource,
): Promise<RenderedEmail> {
  const application = await tx.application.findUnique({ where: { id: applicationId, deletedAt: null } });
  if (!application) throw refusal('application_not_found', { applicationId });
  await requireRenderable(source, locale);
  try {
    return await renderEmail(await compileTemplate(source), sampleValues(locale, application.name));
  } catch (error) {
    if (error instanceof TemplateError) throw refused(error.problems);
    throw error;
  }
}

async function requireRenderable(source: TemplateSource, locale: string): Promise<void> {
  const problems = await checkTemplate(source, locale);
  if (problems.length > 0) throw refused(problems);
}

function refused(problems: readonly TemplateProblem[]): ServiceError {
  return invalid(
    ...problems.map(({ path, code, line, message }) => {
      if (code !== undefined) return fieldProblem(path, code);
      const reason = line === undefined ? message : `line ${line}: ${message}`;
      return fieldProblem(path, 'invalid_template', { reason });
    }),
  );
}

function show({
  applicationId,
  type,
  locale,
  subject,
  mjml,
  text,
  updatedAt,
}: EmailTemplate): EmailTemplateView {
  const source = { subject, mjml, text };
  return { applicationId, type: type as EmailType, locale, ...source, updatedAt: updatedAt.toISOString() };
}
