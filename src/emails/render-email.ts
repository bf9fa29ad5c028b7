/** Renders an e-mail from a template and values. */
import { renderInThread } from './in-thread';
import { compileMjml } from './mjml';
import { TemplateError, type CompiledTemplate, type RenderedEmail, type TemplateSource } from './template';
import type { EmailValues } from './values';

/** Compiles a template. @throws TemplateError where its MJML is no MJML. */
export async function compileTemplate({ subject, mjml, text }: TemplateSource): Promise<CompiledTemplate> {
  const { html, problems } = await compileMjml(mjml);
  if (html === '') throw new TemplateError(problems.map((problem) => ({ path: 'mjml', ...problem })));
  return { subject, html, text };
}

/**
 * Renders an e-mail.
 * @param leastMs each part of it may take so long at the least
 * @throws TemplateError for a variable that does not exist, and where a part takes too long.
 */
export async function renderEmail(
  template: CompiledTemplate,
  values: EmailValues,
  leastMs?: number,
): Promise<RenderedEmail> {
  return renderInThread(template, values, leastMs);
}
