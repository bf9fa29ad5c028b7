/** Chooses the template that an e-mail is made from. */
import type { Application } from '../../../generated/prisma/client';
import { DEFAULT_TEMPLATES } from '../../emails/defaults/default-templates';
import { firstIn, localeChain } from '../../emails/locale';
import { compileTemplate, renderEmail } from '../../emails/render-email';
import {
  TemplateError,
  type CompiledTemplate,
  type EmailType,
  type RenderedEmail,
} from '../../emails/template';
import type { EmailValues } from '../../emails/values';
import type { Tx } from '../../platform/database';
import type { Logger } from '../../platform/logger';

/** A compiled template and the language it is written in. */
export type ReadyTemplate = CompiledTemplate & { readonly locale: string };

/**
 * The templates for a citizen, the most fitting first; the last one is built in. The application's template of a locale
 * comes before the built-in one of that locale, but a built-in one in the citizen's language comes before the application's
 * template in another language.
 *
 * An application's templates were checked when they were saved. One that fails all the same, such as one written for an
 * earlier version, is skipped: a built-in e-mail is better than none.
 */
export async function readyTemplates(
  tx: Tx,
  logger: Logger,
  application: Application,
  type: EmailType,
  citizensLocale: string | null,
): Promise<ReadyTemplate[]> {
  const own = await tx.emailTemplate.findMany({ where: { applicationId: application.id, type } });
  const chain = localeChain(citizensLocale, application.locales);
  const builtIn = firstIn(chain, DEFAULT_TEMPLATES);
  if (!builtIn) throw new Error('there is no built-in template');
  const best = firstIn(chain, [...own, ...DEFAULT_TEMPLATES]) ?? builtIn;
  const ready = { ...(await compileTemplate(builtIn)), locale: builtIn.locale };
  if (best === builtIn) return [ready];
  try {
    return [{ ...(await compileTemplate(best)), locale: best.locale }, ready];
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    passOver(logger, application.id, best.locale);
    return [ready];
  }
}

/** A built-in template is sound, whatever takes long; milliseconds. */
const BUILT_IN_MS = 10_000;

/** Renders the first template that can be. @throws TemplateError when none can. */
export async function renderFirst(
  logger: Logger,
  applicationId: string,
  [template, ...others]: readonly ReadyTemplate[],
  values: (locale: string) => EmailValues,
): Promise<RenderedEmail & { readonly locale: string }> {
  if (!template) throw new Error('there is no template');
  const { locale } = template;
  try {
    const leastMs = others.length === 0 ? BUILT_IN_MS : undefined;
    return { ...(await renderEmail(template, values(locale), leastMs)), locale };
  } catch (error) {
    if (!(error instanceof TemplateError) || others.length === 0) throw error;
    passOver(logger, applicationId, locale);
    return renderFirst(logger, applicationId, others, values);
  }
}

function passOver(logger: Logger, applicationId: string, locale: string): void {
  logger.warn(
    { applicationId, templateLocale: locale },
    'an e-mail template fails; the built-in one is used',
  );
}
