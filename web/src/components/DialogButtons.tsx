import { Button, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLeave } from './unsaved/leaving';

interface DialogButtonsProps {
  /** The verb on the button that sends the form. */
  readonly action: string;
  readonly pending: boolean;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onCancel: () => void;
}

/** The end of a form in a dialog: the ways to leave it, which ask first where it holds edits, and to send it. */
export function DialogButtons(props: DialogButtonsProps): ReactElement {
  const { action, pending, danger = false, disabled = false, onCancel } = props;
  const { t } = useTranslation();
  const leave = useLeave();
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={() => leave(onCancel)}>
        {t('common.cancel')}
      </Button>
      <Button type="submit" {...(danger && { color: 'red.8' })} loading={pending} disabled={disabled}>
        {action}
      </Button>
    </Group>
  );
}
