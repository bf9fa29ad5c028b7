/** `/docs/errors`: what each code means. The `type` of a problem leads to its entry. */
import { ERROR_CODES } from '../errors/codes';
import type { ErrorDefinition } from '../errors/definition';
import { FIELD_CODES } from '../errors/field-codes';
import { html, type Html } from './confirm/html';

/** The page, made of the very tables that the service answers from. */
export function errorPage(): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>cpm-webhooks errors</title>
        <link rel="icon" type="image/png" href="/docs/favicon-32x32.png" />
      </head>
      <body>
        <h1>Errors</h1>
        <p>
          Every error is <code>application/problem+json</code>. Go by its <code>code</code>: it never changes
          its meaning, while texts may.
        </p>
        <dl>${Object.entries(ERROR_CODES).map(([code, definition]) => entry(code, definition))}</dl>
        <h2>Fields</h2>
        <p>Each entry of <code>errors</code> has one of these codes, with the path of the field.</p>
        <dl>${Object.entries(FIELD_CODES).map(([code, message]) => fieldEntry(code, message))}</dl>
      </body>
    </html> `;
  return page.text;
}

function entry(code: string, { status, detail, remedy }: ErrorDefinition): Html {
  return html`<dt id="${code}"><code>${code}</code> (${String(status)})</dt>
    <dd>
      <p>${detail}</p>
      <p>${marked(remedy)}</p>
    </dd>`;
}

/** Names between backticks become code. */
function marked(text: string): Html[] {
  return text.split('`').map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));
}

function fieldEntry(code: string, message: string): Html {
  return html`<dt id="${code}"><code>${code}</code></dt>
    <dd>${message}</dd>`;
}
