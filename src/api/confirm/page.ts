/** The frame of the confirm page: one document without a script, an image or anything from another host. */
import { DEFAULT_ACCENT, textOn } from '../../emails/colours';
import { Html, html } from './html';
import { STYLE } from './style';

/** What the frame holds. */
export interface Page {
  readonly language: string;
  readonly title: string;
  readonly content: Html;
  /** Name and colour of the application; undefined where it is not known whose link it is. */
  readonly application?: { readonly name: string; readonly accent: string | null };
}

/** The whole document. @param nonce that the content security policy of the answer names. */
export function renderPage({ language, title, content, application }: Page, nonce: string): string {
  const accent = application?.accent ?? DEFAULT_ACCENT;
  const colours = `:root { --accent: ${accent}; --on-accent: ${textOn(accent)}; }`;
  const page = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${application ? `${title} – ${application.name}` : title}</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${new Html(colours + STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${application && html`<p class="application">${application.name}</p>`}
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html> `;
  return page.text;
}
