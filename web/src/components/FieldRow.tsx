import type { ReactElement, ReactNode } from 'react';
import classes from './components.module.css';

/** Fields side by side, as far as the width allows. */
export function FieldRow({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className={classes.fieldRow}>{children}</div>;
}
