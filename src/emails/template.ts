/** Templates and e-mails. */

/** Types of e-mails there are. */
export const EMAIL_TYPES = ['double-opt-in'] as const;
export type EmailType = (typeof EMAIL_TYPES)[number];

/** Source of an e-mail: Liquid in all three, in MJML the one that becomes HTML. */
export interface TemplateSource {
  readonly subject: string;
  readonly mjml: string;
  readonly text: string;
}

/** An e-mail ready to send. Both forms always: not every reader shows HTML. */
export interface RenderedEmail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** A template whose MJML is compiled. */
export interface CompiledTemplate {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Longest sources, in characters. */
export const TEMPLATE_LIMITS = { subject: 500, mjml: 65_536, text: 32_768 } as const;

/** The parts of a template. */
export const TEMPLATE_PARTS = ['subject', 'mjml', 'text'] as const satisfies (keyof TemplateSource)[];

/** Something wrong with one part of a template. */
export interface TemplateProblem {
  readonly path: keyof TemplateSource;
  /** Line of the source, from 1 on; undefined where it is not known. */
  readonly line?: number | undefined;
  readonly message: string;
  /** Of what every template must have; undefined for what MJML or Liquid found. */
  readonly code?: 'confirm_url_missing';
}

/** A template can't be used. */
export class TemplateError extends Error {
  constructor(readonly problems: readonly TemplateProblem[]) {
    super(problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.name = 'TemplateError';
  }
}
