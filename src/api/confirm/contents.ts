/** The contents of the confirm page for each state of a confirmation. */
import type { Confirmation, ConfirmationState } from '../../consent/double-opt-in/confirmation';
import { formatMoment, type EmailItem } from '../../emails/values';
import { html, type Html } from './html';
import type { Page } from './page';
import type { Notice, PageTexts } from './texts';

/** The page of a known link. */
export function confirmationPage({ application, state }: Confirmation, texts: PageTexts): Page {
  const { name, confirmAccent: accent } = application;
  const { title, content } = contentOf(state, texts, name);
  // A citizen who has not answered yet gets no link that leads away.
  const back = state.kind === 'open' ? undefined : backLink(application, texts);
  return { language: texts.locale, application: { name, accent }, title, content: html`${content}${back}` };
}

/** The page after a decision or a renewal. */
export function donePage({ title, text }: Notice, texts: PageTexts, application: Application): Page {
  const { name, confirmAccent: accent } = application;
  const content = html`<p role="status">${text}</p>
    ${backLink(application, texts)}`;
  return { language: texts.locale, application: { name, accent }, title, content };
}

/** The page of an unknown link, or of an error. */
export function noticePage({ title, text }: Notice, texts: PageTexts): Page {
  return { language: texts.locale, title, content: html`<p>${text}</p>` };
}

function backLink({ name, confirmReturnUrl }: Application, texts: PageTexts): Html | undefined {
  return confirmReturnUrl === null
    ? undefined
    : html`<p><a href="${confirmReturnUrl}">${texts.back(name)}</a></p>`;
}

type Application = Confirmation['application'];

interface Titled {
  readonly title: string;
  readonly content: Html;
}

function contentOf(state: ConfirmationState, texts: PageTexts, application: string): Titled {
  switch (state.kind) {
    case 'open':
      return openContent(state, texts, application);
    case 'decided': {
      const { title, text } = texts[state.decision === 'confirmed' ? 'alreadyConfirmed' : 'alreadyDeclined'];
      return { title, content: html`<p>${text(formatMoment(state.at, texts.locale))}</p>` };
    }
    case 'expired': {
      const { title, text, invitation, button } = texts.expired;
      if (!state.renewable) return { title: texts.over.title, content: html`<p>${texts.over.text}</p>` };
      const form = html`<form method="post" class="actions">
        <button class="primary" name="decision" value="renew">${button}</button>
      </form>`;
      return {
        title,
        content: html`<p>${text} ${invitation}</p>
          ${form}`,
      };
    }
    case 'voided':
      return { title: texts.voided.title, content: html`<p>${texts.voided.text}</p>` };
  }
}

/** The buttons belong to a form that POSTs, so a mail scanner that opens links confirms nothing. */
function openContent(
  { items, shown, expiresAt }: Extract<ConfirmationState, { kind: 'open' }>,
  { open: words, locale }: PageTexts,
  application: string,
): Titled {
  return {
    title: words.title,
    content: html`<p>${words.intro(application)}</p>
      <ul>
        ${items.map((item) => itemOf(item, words.policy))}
      </ul>
      <p class="small">${words.until(formatMoment(expiresAt, locale))}</p>
      <form method="post" class="actions">
        <input type="hidden" name="shown" value="${String(shown)}" />
        <button class="primary" name="decision" value="confirmed">${words.confirm}</button>
        <button name="decision" value="declined">${words.decline}</button>
      </form>`,
  };
}

function itemOf({ name, statement, privacyPolicy }: EmailItem, policyWord: string): Html {
  const policy = privacyPolicy?.url
    ? html`<a href="${privacyPolicy.url}" target="_blank" rel="noopener noreferrer">${privacyPolicy.name}</a>`
    : html`${privacyPolicy?.name}`;
  return html`<li>
    <h2>${name}</h2>
    ${statement === null ? undefined : html`<p class="statement">${statement}</p>`}
    ${privacyPolicy ? html`<p>${policyWord} ${policy}</p>` : undefined}
  </li>`;
}
