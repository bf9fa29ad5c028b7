import { Modal, type ModalProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

interface DialogProps extends Omit<ModalProps, 'closeButtonProps'> {
  /** It shows what is shown only this once: a key pressed by accident does not take it away. */
  readonly holdsSecret?: boolean;
}

const OPEN_UNTIL_STORED = { closeOnEscape: false, closeOnClickOutside: false, withCloseButton: false };

/** A dialog whose closing button has a name, which screen readers need. */
export function Dialog({ holdsSecret = false, ...props }: DialogProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Modal
      closeButtonProps={{ 'aria-label': t('common.close') }}
      {...props}
      {...(holdsSecret && OPEN_UNTIL_STORED)}
    />
  );
}
