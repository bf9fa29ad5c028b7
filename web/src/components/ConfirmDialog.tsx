import { Stack, TextInput } from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from './Dialog';
import { DialogButtons } from './DialogButtons';
import { Problem } from './Problem';

interface ConfirmDialogProps {
  readonly opened: boolean;
  readonly title: string;
  /** What happens, and what is lost. */
  readonly children: ReactNode;
  /** The verb on the button. */
  readonly action: string;
  readonly danger?: boolean;
  /** Where much is lost: what has to be typed first. */
  readonly typed?: string;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks for a confirmation before something that can't be undone. */
export function ConfirmDialog(props: ConfirmDialogProps): ReactElement {
  const { opened, title, onClose } = props;
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <Question {...props} />
    </Dialog>
  );
}

function Question(props: ConfirmDialogProps): ReactElement {
  const { children, action, danger = false, typed, pending, error, onConfirm, onClose } = props;
  const { t } = useTranslation();
  const [text, setText] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onConfirm();
      }}
    >
      <Stack>
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            label={t('common.typeToConfirm', { text: typed })}
            value={text}
            autoComplete="off"
            onChange={(event) => setText(event.currentTarget.value)}
          />
        )}
        <Problem error={error} />
        <DialogButtons
          action={action}
          pending={pending}
          danger={danger}
          disabled={typed !== undefined && text !== typed}
          onCancel={onClose}
        />
      </Stack>
    </form>
  );
}
