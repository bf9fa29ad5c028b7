import type { Icon } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import classes from './components.module.css';

export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'quiet';

interface BadgeProps {
  readonly tone: Tone;
  readonly icon: Icon;
  readonly children: ReactNode;
}

/** A status: told by its word and its icon, never by colour alone. */
export function Badge({ tone, icon: BadgeIcon, children }: BadgeProps): ReactElement {
  return (
    <span className={classes.badge} data-tone={tone}>
      <BadgeIcon size={15} stroke={2} aria-hidden />
      {children}
    </span>
  );
}
