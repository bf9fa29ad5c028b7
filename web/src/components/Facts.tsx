import { Fragment, type ReactElement, type ReactNode } from 'react';
import classes from './components.module.css';

/** Names and values; entries without a value are left out. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ReactNode])[] }): ReactElement {
  const given = of.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return (
    <dl className={classes.facts}>
      {given.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
