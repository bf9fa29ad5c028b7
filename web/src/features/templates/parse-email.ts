/** An e-mail's body, and the rules of its style elements. */
interface ParsedEmail {
  readonly body: HTMLElement;
  readonly styles: CSSStyleSheet;
}

/**
 * Reads an e-mail so that its inline styles, of which e-mails consist, stand without the page allowing inline styles: as
 * text they are put aside before the parser sees them, and set as properties afterwards, which the content security policy
 * does not concern.
 */
export function parseEmail(html: string): ParsedEmail {
  const inert = html.replace(/\sstyle=/gi, ' data-style=').replace(/<(\/?)style\b/gi, '<$1template');
  const { body, head } = new DOMParser().parseFromString(inert, 'text/html');
  const styles = new CSSStyleSheet();
  const templates = [...head.querySelectorAll('template'), ...body.querySelectorAll('template')];
  styles.replaceSync(templates.map(({ content }) => content.textContent).join('\n'));
  const container = document.createElement('div');
  container.append(...document.adoptNode(body).childNodes);
  for (const element of container.querySelectorAll<HTMLElement>('[data-style]')) {
    element.style.cssText = element.dataset.style ?? '';
    element.removeAttribute('data-style');
  }
  return { body: container, styles };
}
