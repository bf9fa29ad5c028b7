/** Refuses a template when it is saved, rather than an e-mail when it is due. */
import { FIELD_CODES } from '../errors/field-codes';
import { checkLiquid, type LiquidForm } from './liquid';
import { compileMjml } from './mjml';
import type { TemplateProblem, TemplateSource } from './template';
import { everySample, isVariable } from './values';

/** Everything that is wrong with a template, part by part. */
export async function checkTemplate(source: TemplateSource): Promise<TemplateProblem[]> {
  const inBodies = (path: string): boolean => path === 'subject' || isVariable(path);
  const problems = [
    ...check('subject', 'text', source.subject, isVariable),
    ...check('mjml', 'html', source.mjml, inBodies),
    ...check('text', 'text', source.text, inBodies),
    ...(['mjml', 'text'] as const).filter((path) => !/\bconfirmUrl\b/.test(source[path])).map(lacksLink),
  ];
  return problems.some(({ path }) => path === 'mjml')
    ? problems
    : [...problems, ...(await checkMjml(source.mjml))];
}

function check(
  path: keyof TemplateSource,
  form: LiquidForm,
  source: string,
  allowed: (path: string) => boolean,
): TemplateProblem[] {
  const samples = everySample('en').map((sample) => ({ ...sample, subject: 'Subject' }));
  return checkLiquid(form, source, allowed, samples).map((problem) => ({ path, ...problem }));
}

function lacksLink(path: 'mjml' | 'text'): TemplateProblem {
  const code = 'confirm_url_missing';
  return { path, code, message: FIELD_CODES[code] };
}

async function checkMjml(source: string): Promise<TemplateProblem[]> {
  const { html, problems } = await compileMjml(source);
  const found = problems
    // A colour may be a variable.
    .filter(({ message }) => !/has invalid value: [^:]*\{\{/.test(message))
    .map(({ line, message }) => ({ path: 'mjml' as const, line, message: tidy(message) }));
  return found.length > 0 ? found : lostLiquid(source, html);
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
