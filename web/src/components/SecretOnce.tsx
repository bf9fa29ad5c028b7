import { Button, Group, Stack, Text } from '@mantine/core';
import { useId, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyButton } from './CopyButton';
import classes from './SecretOnce.module.css';

interface SecretOnceProps {
  readonly label: string;
  readonly secret: string;
  /** What it is for, and that it is not shown again. */
  readonly text: string;
  /** What else is to be known. */
  readonly children?: ReactNode;
  /** The reader has stored it, and goes on. */
  readonly onStored: () => void;
}

/** The content of a dialog that shows a secret this once. */
export function SecretOnce({ label, secret, text, children, onStored }: SecretOnceProps): ReactElement {
  const { t } = useTranslation();
  const id = useId();
  return (
    <Stack>
      <Stack gap="xs">
        <Text>{text}</Text>
        <Text fw={600} size="sm" id={id}>
          {label}
        </Text>
        <div className={classes.row}>
          <output className={classes.secret} aria-labelledby={id}>
            {secret}
          </output>
          <CopyButton text={secret} labelled />
        </div>
      </Stack>
      {children}
      <Group justify="flex-end">
        <Button onClick={onStored}>{t('common.stored')}</Button>
      </Group>
    </Stack>
  );
}
