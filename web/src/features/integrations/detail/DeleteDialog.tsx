import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Subscription } from '../../../api/types';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { notifyDone } from '../../../components/notify';
import { useIntegrationRemoval } from '../queries';

interface DeleteDialogProps {
  readonly integration: Subscription;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function DeleteDialog({ integration, opened, onClose }: DeleteDialogProps): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id, name, health } = integration;
  const remove = useIntegrationRemoval();
  const onConfirm = (): void =>
    remove.mutate(id, {
      onSuccess: () => {
        notifyDone(t('integrations.deleteDone', { name }));
        void navigate('/integrations');
      },
    });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t('integrations.delete')}
      action={t('common.delete')}
      danger
      typed={name}
      pending={remove.isPending}
      error={remove.error}
      onConfirm={onConfirm}
    >
      {t('integrations.deleteText', { name, count: health.waiting })}
    </ConfirmDialog>
  );
}
