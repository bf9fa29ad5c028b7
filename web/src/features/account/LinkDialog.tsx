import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { Dialog } from '../../components/Dialog';
import { accountApi, type Administrator } from './api';
import { LinkOnce } from './LinkOnce';

interface LinkDialogProps {
  readonly administrator: Administrator | undefined;
  readonly onClose: () => void;
}

/** Makes a link by which an administrator sets another password. */
export function LinkDialog({ administrator, onClose }: LinkDialogProps): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: accountApi.makeLink,
    onSuccess: () => void client.invalidateQueries({ queryKey: ['administrators'] }),
  });
  const close = (): void => {
    make.reset();
    onClose();
  };
  const email = administrator?.email ?? '';
  if (make.data) {
    return (
      <Dialog opened onClose={close} title={t('account.linkTitle')} holdsSecret>
        <LinkOnce email={email} link={make.data} onStored={close} />
      </Dialog>
    );
  }
  return (
    <ConfirmDialog
      opened={administrator !== undefined}
      onClose={close}
      title={t('account.linkTitle')}
      action={t('account.makeLink')}
      pending={make.isPending}
      error={make.error}
      onConfirm={() => administrator && make.mutate(administrator.id)}
    >
      {t('account.makeLinkText', { email })}
    </ConfirmDialog>
  );
}
