/** Renders an e-mail from a template and values. */
import { asProblem, renderLiquid, type LiquidForm } from './liquid';
import { compileMjml } from './mjml';
import { TemplateError, type RenderedEmail, type TemplateSource } from './template';
import type { EmailValues } from './values';

/** A template whose MJML is compiled: rendering it takes no time worth mentioning. */
export interface CompiledTemplate {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Longest subject; RFC 5322 §2.1.1 lets a line have 998 characters, readers show far fewer. */
const LONGEST_SUBJECT = 250;

/** Compiles a template. @throws TemplateError where its MJML is no MJML. */
export async function compileTemplate({ subject, mjml, text }: TemplateSource): Promise<CompiledTemplate> {
  const { html, problems } = await compileMjml(mjml);
  if (html === '') throw new TemplateError(problems.map((problem) => ({ path: 'mjml', ...problem })));
  return { subject, html, text };
}

/** Renders an e-mail. @throws TemplateError for a variable that does not exist. */
export function renderEmail(template: CompiledTemplate, values: EmailValues): RenderedEmail {
  const subject = oneLine(render('subject', 'text', template.subject, values));
  return {
    subject,
    html: render('mjml', 'html', template.html, { ...values, subject }),
    text: render('text', 'text', template.text, { ...values, subject }),
  };
}

function render(path: keyof TemplateSource, form: LiquidForm, source: string, values: object): string {
  try {
    return renderLiquid(form, source, values);
  } catch (error) {
    throw new TemplateError([{ path, ...asProblem(error) }]);
  }
}

/** A line end in a value could begin another header in a carelessly built message, so it is replaced. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_SUBJECT);
}
