import { Modal, type ModalProps } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Forms } from './unsaved/forms';
import { FormsContext, useAsking, useLeave } from './unsaved/leaving';
import { useFocusReturn } from './use-focus-return';

interface DialogProps extends Omit<ModalProps, 'closeButtonProps' | 'returnFocus'> {
  /** It shows what is shown only this once: a key pressed by accident does not take it away. */
  readonly holdsSecret?: boolean;
}

const OPEN_UNTIL_STORED = { closeOnEscape: false, closeOnClickOutside: false, withCloseButton: false };

/**
 * A dialog whose closing button has a name, which screen readers need. Closing it by that, by a key or by a click beside it asks
 * first where a form in it holds edits. The focus returns to what has opened it.
 */
export function Dialog({ holdsSecret = false, onClose, ...props }: DialogProps): ReactElement {
  const { t } = useTranslation();
  const [forms] = useState<Forms>(() => new Set());
  const leave = useLeave();
  const asking = useAsking();
  useFocusReturn(props.opened);
  return (
    <FormsContext value={forms}>
      <Modal
        closeButtonProps={{ 'aria-label': t('common.close') }}
        closeOnEscape={!asking}
        returnFocus={false}
        onClose={() => leave(onClose, forms)}
        {...props}
        {...(holdsSecret && OPEN_UNTIL_STORED)}
      />
    </FormsContext>
  );
}
