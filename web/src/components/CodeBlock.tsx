import type { ReactElement } from 'react';
import { CopyButton } from './CopyButton';
import classes from './components.module.css';

interface CodeBlockProps {
  /** What it is, for screen readers. */
  readonly label: string;
  readonly text: string;
  readonly copy?: boolean;
}

/** Text of machines. It can be scrolled by keyboard. */
export function CodeBlock({ label, text, copy = true }: CodeBlockProps): ReactElement {
  return (
    <div className={classes.codeBox}>
      <pre className={classes.code} tabIndex={0} role="region" aria-label={label}>
        {text}
      </pre>
      {copy && (
        <div className={classes.copy}>
          <CopyButton text={text} />
        </div>
      )}
    </div>
  );
}
