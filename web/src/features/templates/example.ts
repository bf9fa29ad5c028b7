import type { TemplateSource } from './api';

/** What a new template begins with. */
export function exampleTemplate(language: string): TemplateSource {
  const words = language.startsWith('de') ? GERMAN : ENGLISH;
  return {
    subject: words.subject,
    mjml: `<mjml>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text font-size="20px">${words.subject}</mj-text>
        <mj-text>${words.please}</mj-text>
        <mj-button href="{{ confirmUrl }}">${words.button}</mj-button>
        <mj-text>${words.ignore}</mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`,
    text: `${words.please}\n\n{{ confirmUrl }}\n\n${words.ignore}\n`,
  };
}

const ENGLISH = {
  subject: 'Please confirm your subscription',
  please: 'Please confirm that you want to hear from us.',
  button: 'Confirm',
  ignore: 'If this was not you, ignore this e-mail: nothing will happen.',
};

const GERMAN: typeof ENGLISH = {
  subject: 'Bitte bestätigen Sie Ihre Anmeldung',
  please: 'Bitte bestätigen Sie, dass Sie von uns hören möchten.',
  button: 'Bestätigen',
  ignore: 'Falls Sie das nicht waren, ignorieren Sie diese E-Mail: Es geschieht nichts.',
};
