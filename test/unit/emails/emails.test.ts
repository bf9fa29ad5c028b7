import { checkTemplate } from '../../../src/emails/check-template';
import { textOn } from '../../../src/emails/colours';
import { DEFAULT_TEMPLATES } from '../../../src/emails/defaults/default-templates';
import { firstIn, localeChain } from '../../../src/emails/locale';
import { compileTemplate, renderEmail } from '../../../src/emails/render-email';
import type { RenderedEmail, TemplateSource } from '../../../src/emails/template';
import { sampleValues, type EmailValues } from '../../../src/emails/values';

const around = (content: string): string =>
  `<mjml><mj-body><mj-section><mj-column>\n<mj-text>${content}</mj-text>\n</mj-column></mj-section></mj-body></mjml>`;

const template = (part: Partial<TemplateSource>): TemplateSource => ({
  subject: 'Hello',
  mjml: around('{{ confirmUrl }}'),
  text: '{{ confirmUrl }}',
  ...part,
});

async function render(
  part: Partial<TemplateSource>,
  values: Partial<EmailValues> = {},
): Promise<RenderedEmail> {
  return await renderEmail(await compileTemplate(template(part)), {
    ...sampleValues('en', 'Shop'),
    ...values,
  });
}

describe('the built-in templates', () => {
  it.each(DEFAULT_TEMPLATES)('in $locale pass the check that others have to', async (builtIn) => {
    expect(await checkTemplate(builtIn, builtIn.locale)).toEqual([]);
  });

  it.each(DEFAULT_TEMPLATES)('in $locale fetch nothing from anywhere, and are marked up', async (builtIn) => {
    const { html } = await renderEmail(await compileTemplate(builtIn), sampleValues(builtIn.locale, 'Shop'));
    expect(html.match(/(src|background)=|url\(|@import|<link|<img/g)).toBeNull();
    expect(html).toContain(`<html lang="${builtIn.locale}"`);
    expect(html).toMatch(/<title>[^<]+<\/title>/);
    expect(html).toMatch(/<h1>[^<]+<\/h1>/);
    expect(html).not.toMatch(/<table(?![^>]*role="presentation")/);
  });
});

describe('what is put into a template', () => {
  const name = `<script>alert('1')</script> & "x"\r\nBcc: everybody@example.com`;
  const application = { ...sampleValues('en', name).application };

  it('is escaped in HTML, as text and within attributes', async () => {
    const mjml = around(
      '<a href="{{ confirmUrl }}" title="{{ application.name }}">{{ application.name }}</a>',
    );
    const { html } = await render({ mjml }, { application });
    expect(html).not.toContain('<script');
    expect(html).toContain('title="&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &#34;x&#34;');
  });

  it('is as it is in text', async () => {
    const { text } = await render({ text: '{{ application.name }}' }, { application });
    expect(text).toBe(name);
  });

  it('never adds a second line to the subject', async () => {
    const { subject } = await render({ subject: '{{ application.name }}\n' }, { application });
    expect(subject).toBe(`<script>alert('1')</script> & "x" Bcc: everybody@example.com`);
  });
});

describe('a template is refused', () => {
  it.each<[string, Partial<TemplateSource>, { path: string; line?: number; message: unknown }]>([
    [
      'for a variable that does not exist',
      { text: '{{ confirmUrl }}\n{{ aplication.name }}' },
      { path: 'text', line: 2, message: 'there is no variable aplication.name' },
    ],
    [
      'for one in a branch that is hardly ever taken',
      { subject: '{% if reminder %}{% if confirmUrl == "x" %}{{ nothing }}{% endif %}{% endif %}' },
      { path: 'subject', line: 1, message: 'there is no variable nothing' },
    ],
    [
      'for a field that no item has',
      { mjml: around('{{ confirmUrl }}\n{% for item in items %}{{ item.nam }}{% endfor %}') },
      { path: 'mjml', line: 3, message: 'undefined variable: item.nam' },
    ],
    [
      'for Liquid that is not closed',
      { text: '{{ confirmUrl }}\n\n{% if reminder %}x' },
      { path: 'text', line: 3, message: expect.stringContaining('not closed') },
    ],
    [
      'for a filter that would undo the escaping',
      { mjml: around('{{ confirmUrl | raw }}') },
      { path: 'mjml', line: 2, message: 'undefined filter: raw' },
    ],
    [
      'for reading files',
      { text: '{{ confirmUrl }}{% render "x" %}' },
      { path: 'text', line: 1, message: 'tag "render" not found' },
    ],
    [
      'for an element that MJML does not know',
      { mjml: around('{{ confirmUrl }}').replace('\n</mj-column>', '\n<mj-txt>a</mj-txt></mj-column>') },
      { path: 'mjml', line: 3, message: "Element mj-txt doesn't exist or is not registered" },
    ],
    [
      'for text that is no MJML',
      { mjml: 'Hello {{ confirmUrl }}' },
      { path: 'mjml', message: 'Parsing failed. Check your mjml.' },
    ],
    [
      'for Liquid that MJML would leave out',
      {
        mjml: `${around('{{ confirmUrl }}').replace('<mj-section>', '\n{% if reminder %}<mj-section>').replace('</mj-section>', '</mj-section>{% endif %}')}`,
      },
      {
        path: 'mjml',
        line: 2,
        message: 'MJML leaves out {% if reminder %}: between elements it must stand in an mj-raw',
      },
    ],
    [
      'without the link',
      { text: 'Hello' },
      { path: 'text', message: expect.stringContaining('{{ confirmUrl }}') },
    ],
    [
      'for a loop without end',
      { text: '{{ confirmUrl }}{% for i in (1..100000000) %}{% endfor %}' },
      { path: 'text', line: 1, message: 'memory alloc limit exceeded' },
    ],
    [
      'for nesting that makes a giant of it',
      { mjml: `<mjml><mj-body>${'<mj-wrapper>'.repeat(1_500)}{{ confirmUrl }}</mj-body></mjml>` },
      { path: 'mjml', message: expect.any(String) },
    ],
  ])('%s', async (_, part, problem) => {
    const [first] = await checkTemplate(template(part), 'en');
    expect(first).toMatchObject(problem);
  });
});

describe('a template whose link its reader cannot use is refused', () => {
  const link = (href: string): Partial<TemplateSource> => ({ mjml: around(`<a href="${href}">Confirm</a>`) });

  it.each<[string, 'mjml' | 'text', Partial<TemplateSource>]>([
    ["in Mailchimp's brackets", 'mjml', link('*|confirmUrl|*')],
    ["in JavaScript's", 'mjml', link('${confirmUrl}')],
    ['in single ones', 'mjml', link('{confirmUrl}')],
    ['between per cents', 'mjml', link('%confirmUrl%')],
    ['in text', 'text', { text: 'Confirm: {confirmUrl}' }],
    ['with something after it', 'mjml', link('{{ confirmUrl }}x')],
    ['with something before it', 'text', { text: 'https://r.example.com/{{ confirmUrl }}' }],
    ['cut short', 'text', { text: '{{ confirmUrl | truncate: 20 }}' }],
    ['in capitals', 'mjml', link('{{ confirmUrl | upcase }}')],
    ['in the first e-mail only', 'text', { text: '{% unless reminder %}{{ confirmUrl }}{% endunless %}' }],
    ['in the reminder only', 'mjml', { mjml: around('{% if reminder %}{{ confirmUrl }}{% endif %}') }],
    ['for another language only', 'text', { text: '{% if locale == "de" %}{{ confirmUrl }}{% endif %}' }],
    ['in a variable that is not shown', 'text', { text: '{% assign a = confirmUrl %}Confirm' }],
    ['in a comment', 'mjml', { mjml: around('<!-- {{ confirmUrl }} -->Confirm') }],
    [
      'in an attribute that leads nowhere',
      'mjml',
      { mjml: around('<p title="{{ confirmUrl }}">Confirm</p>') },
    ],
    ['in what is not shown', 'mjml', { mjml: around('<div style="display: none">{{ confirmUrl }}</div>Go') }],
    [
      'in an anchor within what is not shown',
      'mjml',
      { mjml: around('<p hidden><p>a</p><a href="{{ confirmUrl }}">Go</a></p>') },
    ],
    ['in an anchor with nothing to press', 'mjml', { mjml: around('<a href="{{ confirmUrl }}"> </a>Go') }],
    ['in another attribute of an anchor', 'mjml', { mjml: around('<a data-href="{{ confirmUrl }}">Go</a>') }],
    ['with a letter of another script after it', 'text', { text: '{{ confirmUrl }}ö' }],
    ['with an invisible character after it', 'text', { text: '{{ confirmUrl }}\u200b' }],
    ["as the preview's link, copied", 'text', { text: 'https://consent.example.com/confirm/sample' }],
  ])('%s', async (_, path, part) => {
    expect(await checkTemplate(template(part), 'en')).toEqual([
      { path, code: 'confirm_url_missing', message: expect.stringContaining('{{ confirmUrl }}') },
    ]);
  });

  it.each<[string, Partial<TemplateSource>]>([
    ['as the target of an anchor', link('{{ confirmUrl }}')],
    ['in an anchor around a picture', { mjml: around('<a href=" {{ confirmUrl }} "><img alt="Go" /></a>') }],
    [
      'beside an attribute of any content',
      { mjml: around('<a title="a > b" href="{{ confirmUrl }}">Go</a>') },
    ],
    ['as text at the end of a sentence', { text: 'Confirm: <{{ confirmUrl }}>. Or ({{confirmUrl}}).' }],
    ['in its own language', { text: '{% if locale == "en" %}{{ confirmUrl }}{% endif %}' }],
    ['by way of a variable', { text: '{% assign a = confirmUrl %}{{ a }}' }],
  ])('and taken %s', async (_, part) => {
    expect(await checkTemplate(template(part), 'en')).toEqual([]);
  });
});

describe('a template may', () => {
  it.each<[string, Partial<TemplateSource>]>([
    [
      'take colours from the application',
      {
        mjml: `<mjml><mj-body><mj-section><mj-column><mj-button background-color="{{ application.accent }}" href="{{ confirmUrl }}">Go</mj-button></mj-column></mj-section></mj-body></mjml>`,
      },
    ],
    [
      'have Liquid around elements, in mj-raw',
      {
        mjml: `<mjml><mj-body><mj-raw>{% if reminder %}</mj-raw><mj-section><mj-column><mj-text>{{ confirmUrl }}</mj-text></mj-column></mj-section><mj-raw>{% endif %}</mj-raw><mj-section><mj-column><mj-text>{{ confirmUrl }}</mj-text></mj-column></mj-section></mj-body></mjml>`,
      },
    ],
    ['name the subject in its bodies', { text: '{{ subject }} {{ confirmUrl }}' }],
    ['look into items by number', { text: '{{ items[0].name }} {{ items.size }} {{ confirmUrl }}' }],
    ['have variables of its own', { text: '{% assign a = items | size %}{{ a }} {{ confirmUrl }}' }],
  ])('%s', async (_, part) => {
    expect(await checkTemplate(template(part), 'en')).toEqual([]);
  });
});

describe('the language', () => {
  it.each([
    ['de-AT', ['fr'], ['de-AT', 'de', 'fr', 'en']],
    [null, ['pt-BR', 'es'], ['pt-BR', 'pt', 'en']],
    ['EN-gb', [], ['EN-gb', 'en']],
  ])(
    "of %s is looked for in the citizen's words, then the application's, then English",
    (citizens, applications, chain) => {
      expect(localeChain(citizens, applications)).toEqual(chain);
    },
  );

  it('is compared without regard to case', () => {
    expect(firstIn(['DE-at', 'de'], [{ locale: 'de' }, { locale: 'de-AT' }])).toEqual({ locale: 'de-AT' });
  });
});

describe('the text on a button', () => {
  it.each([
    ['#1a5fb4', '#ffffff'],
    ['#ffff00', '#000000'],
    ['#777777', '#000000'],
    ['#000000', '#ffffff'],
  ])('on %s is %s', (background, expected) => expect(textOn(background)).toBe(expected));
});
