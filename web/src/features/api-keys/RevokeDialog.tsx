import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { notifyDone } from '../../components/notify';
import { apiKeysApi, type ApiKey } from './api';

interface RevokeDialogProps {
  readonly apiKey: ApiKey | undefined;
  readonly onClose: () => void;
}

export function RevokeDialog({ apiKey, onClose }: RevokeDialogProps): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: apiKeysApi.revoke,
    onSuccess: () => {
      notifyDone(t('apiKeys.revoked'));
      void client.invalidateQueries({ queryKey: ['api-keys'] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={apiKey !== undefined}
      onClose={onClose}
      title={t('apiKeys.revokeTitle')}
      action={t('apiKeys.revoke')}
      danger
      pending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => apiKey && revoke.mutate(apiKey.id)}
    >
      {t('apiKeys.revokeText', { name: apiKey?.name ?? '' })}
    </ConfirmDialog>
  );
}
