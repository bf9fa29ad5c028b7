/** The work on templates of others, which may take any time: all of it is done in a thread of its own (src/emails/in-thread.ts). */
import { FIELD_CODES } from '../errors/field-codes';
import { holdsLink } from './holds-link';
import { asProblem, checkLiquid, renderLiquid, type LiquidForm } from './liquid';
import {
  TemplateError,
  type CompiledTemplate,
  type RenderedEmail,
  type TemplateProblem,
  type TemplateSource,
} from './template';
import { isVariable, type EmailValues } from './values';

/** Does a part of the work for a part of a template, within a limit of its own. */
export type Step = <T>(path: keyof TemplateSource, work: () => T) => T;

/** Longest subject; RFC 5322 §2.1.1 lets a line have 998 characters, readers show far fewer. */
const LONGEST_SUBJECT = 250;

/** Renders an e-mail. @throws TemplateError for what can't be rendered. */
export function render(step: Step, template: CompiledTemplate, values: EmailValues): RenderedEmail {
  const part = (path: keyof TemplateSource, form: LiquidForm, source: string, given: object): string =>
    step(path, () => {
      try {
        return renderLiquid(form, source, given);
      } catch (error) {
        throw new TemplateError([{ path, ...asProblem(error) }]);
      }
    });
  const subject = oneLine(part('subject', 'text', template.subject, values));
  return {
    subject,
    html: part('mjml', 'html', template.html, { ...values, subject }),
    text: part('text', 'text', template.text, { ...values, subject }),
  };
}

/** What is wrong with the Liquid of a template, and with the link in its text. */
export function checkSource(
  step: Step,
  source: TemplateSource,
  samples: readonly EmailValues[],
): TemplateProblem[] {
  const check = (
    path: keyof TemplateSource,
    form: LiquidForm,
    allowed: (variable: string) => boolean,
  ): TemplateProblem[] =>
    checkLiquid((work) => step(path, work), form, source[path], allowed, samples).map((problem) => ({
      path,
      ...problem,
    }));
  const inBodies = (variable: string): boolean => variable === 'subject' || isVariable(variable);
  const problems = [
    ...check('subject', 'text', isVariable),
    ...check('mjml', 'html', inBodies),
    ...check('text', 'text', inBodies),
  ];
  const isSound = problems.every(({ path }) => path !== 'text');
  return isSound ? [...problems, ...checkLink(step, 'text', 'text', source.text, samples)] : problems;
}

/** What is wrong with what has become of a template's MJML. */
export function checkHtml(
  step: Step,
  mjml: string,
  html: string,
  samples: readonly EmailValues[],
): TemplateProblem[] {
  const lost = step('mjml', () => lostLiquid(mjml, html));
  return lost.length > 0 ? lost : checkLink(step, 'mjml', 'html', html, samples);
}

/** Whether each e-mail that a body makes holds its very link: the word alone may stand in another tool's brackets. */
function checkLink(
  step: Step,
  path: 'mjml' | 'text',
  form: LiquidForm,
  body: string,
  samples: readonly EmailValues[],
): TemplateProblem[] {
  const code = 'confirm_url_missing';
  const isUsable = (sample: EmailValues): boolean => {
    const rendered = step(path, () => renderLiquid(form, body, sample));
    return step(path, () => holdsLink(form, rendered, sample.confirmUrl));
  };
  return samples.every(isUsable) ? [] : [{ path, code, message: FIELD_CODES[code] }];
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

/** A line end in a value could begin another header in a carelessly built message, so it is replaced. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_SUBJECT);
}
