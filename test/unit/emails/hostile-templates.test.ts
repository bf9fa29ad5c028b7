/** Templates that would take for ever stall nothing (rule `templates-stall-nothing`). */
import { checkTemplate } from '../../../src/emails/check-template';
import { DEFAULT_TEMPLATES } from '../../../src/emails/defaults/default-templates';
import { compileTemplate, renderEmail } from '../../../src/emails/render-email';
import { TemplateError, type TemplateSource } from '../../../src/emails/template';
import { largestSample } from '../../../src/emails/values';

const LINK = '{{ confirmUrl }}';
const mjml = (content: string): string =>
  `<mjml><mj-body><mj-section><mj-column><mj-text>${content}${LINK}</mj-text></mj-column></mj-section></mj-body></mjml>`;
const sound: TemplateSource = { subject: 'Hello', mjml: mjml(''), text: LINK };
const nested = (depth: number): string =>
  `${Array.from({ length: depth }, (_, i) => `{% for i${i} in items %}`).join('')}.${'{% endfor %}'.repeat(depth)}`;
const doubled = (text: string, times: number): string =>
  `{% assign s = "${text}" %}{% for i in (1..${times}) %}{% assign s = s | append: s %}{% endfor %}`;

const HOSTILE: [string, keyof TemplateSource, Partial<TemplateSource>][] = [
  ['loops within loops', 'text', { text: nested(4) + LINK }],
  ['loops within loops in HTML', 'mjml', { mjml: mjml(nested(4)) }],
  ['loops within loops in the subject', 'subject', { subject: nested(4) }],
  ['a text that grows without end', 'text', { text: `${doubled('x', 60)}{{ s }}${LINK}` }],
  [
    'a filter of a long text, over and over',
    'text',
    {
      text: `${doubled('Abc', 14)}{% for a in items %}{% for b in items %}{{ s | upcase | size }}{% endfor %}{% endfor %}${LINK}`,
    },
  ],
];

/** The longest time, in milliseconds, for which the event loop of this process did nothing else meanwhile. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const note = (): void => {
    const now = performance.now();
    [longest, last] = [Math.max(longest, now - last), now];
  };
  const ticking = setInterval(note, 5);
  try {
    await work();
  } finally {
    clearInterval(ticking);
    note();
  }
  return longest;
}
/** What one rendering took before, at the worst, was 2,000. */
const MOST_BLOCKED_MS = 500;

beforeAll(() => checkTemplate(sound, 'en')); // starts the threads

describe('a template that would take for ever', () => {
  it.each(HOSTILE)('is refused, and blocks nobody meanwhile: %s', async (_, path, part) => {
    let problems: unknown;
    const blockedMs = await longestBlock(async () => {
      problems = await checkTemplate({ ...sound, ...part }, 'en');
    });
    expect(problems).toContainEqual(
      expect.objectContaining({ path, message: expect.stringMatching(/^(takes too long|memory)/) as string }),
    );
    expect(blockedMs).toBeLessThan(MOST_BLOCKED_MS);
    expect(await checkTemplate(sound, 'en')).toEqual([]);
  });

  it('and was stored by a version that took it makes no e-mail, and blocks nobody', async () => {
    const compiled = await compileTemplate({ ...sound, text: nested(4) + LINK });
    const blockedMs = await longestBlock(() =>
      expect(renderEmail(compiled, largestSample('en'))).rejects.toThrow(TemplateError),
    );
    expect(blockedMs).toBeLessThan(MOST_BLOCKED_MS);
  });
});

it('a template that asks for 500 permissions at once is none', async () => {
  for (const builtIn of DEFAULT_TEMPLATES) {
    const { html, text } = await renderEmail(await compileTemplate(builtIn), largestSample(builtIn.locale));
    for (const body of [html, text]) expect(body).toContain('Option 500');
  }
});

it('many e-mails at once are made one after the other, all of them', async () => {
  const compiled = await compileTemplate(sound);
  const made = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      renderEmail(compiled, { ...largestSample('en'), confirmUrl: `https://c.example/${n}` }),
    ),
  );
  expect(made.map(({ text }) => text)).toEqual(
    Array.from({ length: 50 }, (_, n) => `https://c.example/${n}`),
  );
});
