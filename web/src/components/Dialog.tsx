import { Modal, type ModalProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

type DialogProps = Omit<ModalProps, 'closeButtonProps'>;

/** A dialog whose closing button has a name, which screen readers need. */
export function Dialog(props: DialogProps): ReactElement {
  const { t } = useTranslation();
  return <Modal closeButtonProps={{ 'aria-label': t('common.close') }} {...props} />;
}
