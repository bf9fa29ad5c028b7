import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Problem } from './Problem';

interface StoppableProgressProps {
  /** From 0 to 100. */
  readonly percent: number;
  /** What the bar is of, for who does not see it. */
  readonly label: string;
  /** How far it is, in words. */
  readonly children: ReactNode;
  /** Ends the work; undefined where it has ended. */
  readonly stop: (() => void) | undefined;
  readonly stopLabel: string;
  readonly isStopping: boolean;
  /** Why it could not be stopped. */
  readonly error: Error | null;
}

/** How far work of the service is, with a way to stop it. */
export function StoppableProgress(props: StoppableProgressProps): ReactElement {
  const { percent, label, children, stop, stopLabel, isStopping, error } = props;
  return (
    <Stack gap="xs">
      <Progress.Root size="lg">
        <Progress.Section value={percent} aria-label={label} />
      </Progress.Root>
      <Group justify="space-between" gap="xs">
        <Text size="sm" role="status">
          {children}
        </Text>
        {stop && (
          <Button variant="default" size="compact-sm" loading={isStopping} onClick={stop}>
            {stopLabel}
          </Button>
        )}
      </Group>
      <Problem error={error} />
    </Stack>
  );
}
