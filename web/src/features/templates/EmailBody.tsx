import { useLayoutEffect, useRef, type ReactElement } from 'react';
import { parseEmail } from './parse-email';
import classes from './templates.module.css';

interface EmailBodyProps {
  readonly label: string;
  readonly html: string;
}

/**
 * An e-mail as a mail program shows it, in a shadow tree, which keeps its styles and those of the page apart. The page's
 * content security policy applies there too: no script runs, and nothing is loaded from other hosts.
 */
export function EmailBody({ label, html }: EmailBodyProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!host.current) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const { body, styles } = parseEmail(html);
    root.adoptedStyleSheets = [styles];
    root.replaceChildren(body);
  }, [html]);
  return (
    <div className={classes.frame} role="region" aria-label={label} tabIndex={0}>
      {/* Links of an example lead nowhere. */}
      <div ref={host} inert />
    </div>
  );
}
