import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

interface CopyButtonProps {
  readonly text: string;
  /** With a word beside the icon. */
  readonly labelled?: boolean;
}

export function CopyButton({ text, labelled = false }: CopyButtonProps): ReactElement {
  const { t } = useTranslation();
  const { copy, copied } = useClipboard({ timeout: 2_000 });
  const label = copied ? t('common.copied') : t('common.copy');
  const icon = copied ? <IconCheck size={16} /> : <IconCopy size={16} />;
  if (labelled) {
    return (
      <Button variant="default" leftSection={icon} onClick={() => copy(text)}>
        <span aria-live="polite">{label}</span>
      </Button>
    );
  }
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} onClick={() => copy(text)}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
