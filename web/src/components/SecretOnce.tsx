import { Stack, Text } from '@mantine/core';
import { useId, type ReactElement } from 'react';
import { CopyButton } from './CopyButton';
import classes from './SecretOnce.module.css';

interface SecretOnceProps {
  readonly label: string;
  readonly secret: string;
  /** What it is for, and that it is not shown again. */
  readonly text: string;
}

/** A secret that is shown this once. */
export function SecretOnce({ label, secret, text }: SecretOnceProps): ReactElement {
  const id = useId();
  return (
    <Stack gap="xs">
      <Text>{text}</Text>
      <Text fw={600} size="sm" id={id}>
        {label}
      </Text>
      <div className={classes.line}>
        <output className={classes.secret} aria-labelledby={id}>
          {secret}
        </output>
        <CopyButton text={secret} labelled />
      </div>
    </Stack>
  );
}
