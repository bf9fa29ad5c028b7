import { Title } from '@mantine/core';
import { useId, type ReactElement, type ReactNode } from 'react';
import classes from './components.module.css';

interface CardProps {
  readonly title?: string;
  /** Where links of the same page lead. */
  readonly anchor?: string;
  /** Shown at the end of the title row. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page, with a heading. */
export function Card({ title, anchor, aside, children }: CardProps): ReactElement {
  const id = useId();
  return (
    <section className={classes.card} id={anchor} {...(title !== undefined && { 'aria-labelledby': id })}>
      {title !== undefined && (
        <div className={classes.cardHead}>
          <Title order={2} size="h4" id={id}>
            {title}
          </Title>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}
