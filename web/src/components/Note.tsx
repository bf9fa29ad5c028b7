import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import type { Tone } from './Badge';
import classes from './components.module.css';

const ICONS = {
  good: IconCircleCheck,
  bad: IconAlertTriangle,
  warn: IconAlertTriangle,
  info: IconInfoCircle,
  quiet: IconInfoCircle,
} as const;

interface NoteProps {
  readonly tone: Tone;
  readonly children: ReactNode;
  /** Read out as soon as it appears. */
  readonly live?: boolean;
}

/** A sentence that should be noticed. */
export function Note({ tone, children, live = false }: NoteProps): ReactElement {
  const NoteIcon = ICONS[tone];
  return (
    <div
      className={classes.note}
      data-tone={tone}
      {...(live && { role: tone === 'bad' ? 'alert' : 'status' })}
    >
      <NoteIcon className={classes.noteIcon} size={20} stroke={1.8} aria-hidden />
      <div className={classes.noteText}>{children}</div>
    </div>
  );
}
