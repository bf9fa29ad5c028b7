import fc from 'fast-check';
import { html, Html } from '../../../../src/api/confirm/html';

describe('HTML from a template', () => {
  it('escapes whatever is put in, in texts and in attributes', () => {
    const text = `<script>"&'</script>`;
    expect(html`<p title="${text}">${text}</p>`.text).toBe(
      '<p title="&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;">&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;</p>',
    );
  });

  it('takes HTML as it is, several pieces one after the other, and nothing for undefined', () => {
    const items = ['<1>', '2'].map((item) => html`<li>${item}</li>`);
    const page = html`
      <ul>
        ${items}
      </ul>
      ${undefined}${new Html('<br>')}
    `;
    expect(page.text.replace(/\s+/g, '')).toBe('<ul><li>&lt;1&gt;</li><li>2</li></ul><br>');
  });

  it('lets no text out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(html`${text}`.text).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      }),
    );
  });
});
