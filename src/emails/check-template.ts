/** Refuses a template when it is saved, rather than an e-mail when it is due. */
import { checkInThread } from './in-thread';
import { compileMjml } from './mjml';
import type { TemplateProblem, TemplateSource } from './template';
import { everySample, type EmailValues } from './values';

/** Everything that is wrong with a template, part by part. @param locale the language that its e-mails are in */
export async function checkTemplate(source: TemplateSource, locale: string): Promise<TemplateProblem[]> {
  const samples = everySample(locale).map((sample) => ({ ...sample, subject: 'Subject' }));
  const problems = await checkInThread('checkSource', source, samples);
  const isSound = problems.every(({ path }) => path !== 'mjml');
  return isSound ? [...problems, ...(await checkMjml(source.mjml, samples))] : problems;
}

async function checkMjml(source: string, samples: readonly EmailValues[]): Promise<TemplateProblem[]> {
  const { html, problems } = await compileMjml(source);
  const found = problems
    // A colour may be a variable.
    .filter(({ message }) => !/has invalid value: [^:]*\{\{/.test(message))
    .map(({ line, message }) => ({ path: 'mjml' as const, line, message: tidy(message) }));
  return found.length > 0 ? found : checkInThread('checkHtml', source, html, samples);
}

function tidy(message: string): string {
  return message.trim().replace(/\s+/g, ' ').slice(0, 300);
}
