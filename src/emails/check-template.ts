/** Refuses a template when it is saved, rather than an e-mail when it is due. */
import { FIELD_CODES } from '../errors/field-codes';
import { holdsLink } from './holds-link';
import { checkLiquid, renderLiquid, type LiquidForm } from './liquid';
import { compileMjml } from './mjml';
import type { TemplateProblem, TemplateSource } from './template';
import { everySample, isVariable, type EmailValues } from './values';

/** Everything that is wrong with a template, part by part. @param locale the language that its e-mails are in */
export async function checkTemplate(source: TemplateSource, locale: string): Promise<TemplateProblem[]> {
  const samples = everySample(locale).map((sample) => ({ ...sample, subject: 'Subject' }));
  const check = (
    path: keyof TemplateSource,
    form: LiquidForm,
    allowed: (path: string) => boolean,
  ): TemplateProblem[] =>
    checkLiquid(form, source[path], allowed, samples).map((problem) => ({ path, ...problem }));
  const inBodies = (path: string): boolean => path === 'subject' || isVariable(path);
  const problems = [
    ...check('subject', 'text', isVariable),
    ...check('mjml', 'html', inBodies),
    ...check('text', 'text', inBodies),
  ];
  const isSound = (path: keyof TemplateSource): boolean => problems.every((problem) => problem.path !== path);
  return [
    ...problems,
    ...(isSound('text') ? checkLink('text', 'text', source.text, samples) : []),
    ...(isSound('mjml') ? await checkMjml(source.mjml, samples) : []),
  ];
}

/** Whether each e-mail that a body makes holds its very link: the word alone may stand in another tool's brackets. */
function checkLink(
  path: 'mjml' | 'text',
  form: LiquidForm,
  body: string,
  samples: readonly EmailValues[],
): TemplateProblem[] {
  const code = 'confirm_url_missing';
  const isUsable = (sample: EmailValues): boolean =>
    holdsLink(form, renderLiquid(form, body, sample), sample.confirmUrl);
  return samples.every(isUsable) ? [] : [{ path, code, message: FIELD_CODES[code] }];
}

async function checkMjml(source: string, samples: readonly EmailValues[]): Promise<TemplateProblem[]> {
  const { html, problems } = await compileMjml(source);
  const found = problems
    // A colour may be a variable.
    .filter(({ message }) => !/has invalid value: [^:]*\{\{/.test(message))
    .map(({ line, message }) => ({ path: 'mjml' as const, line, message: tidy(message) }));
  if (found.length > 0) return found;
  const lost = lostLiquid(source, html);
  return lost.length > 0 ? lost : checkLink('mjml', 'html', html, samples);
}

/** MJML keeps text only within elements that end in text; between others Liquid would vanish without a word. */
function lostLiquid(source: string, html: string): TemplateProblem[] {
  const lines = source.split('\n');
  for (const [index, line] of lines.entries()) {
    for (const [tag] of line.matchAll(/\{[%{].*?[%}]\}/g)) {
      if (occurrences(html, tag) >= occurrences(source, tag)) continue;
      const message = `MJML leaves out ${tag}: between elements it must stand in an mj-raw`;
      return [{ path: 'mjml', line: index + 1, message }];
    }
  }
  return [];
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

function tidy(message: string): string {
  return message.trim().replace(/\s+/g, ' ').slice(0, 300);
}
