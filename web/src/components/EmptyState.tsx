import { Stack, Text, Title } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import classes from './components.module.css';

interface EmptyStateProps {
  readonly icon: Icon;
  readonly title: string;
  /** What to do next. */
  readonly text: ReactNode;
  /** Buttons. */
  readonly children?: ReactNode;
}

export function EmptyState({ icon: StateIcon, title, text, children }: EmptyStateProps): ReactElement {
  return (
    <Stack className={classes.empty ?? ''} align="center" gap="xs">
      <div className={classes.emptyIcon}>
        <StateIcon size={28} stroke={1.5} aria-hidden />
      </div>
      <Title order={2} size="h4" ta="center">
        {title}
      </Title>
      <Text c="dimmed" ta="center" maw={460}>
        {text}
      </Text>
      {children !== undefined && <div className={classes.emptyActions}>{children}</div>}
    </Stack>
  );
}
