import { List, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Subscription } from '../../../api/types';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { notifyDone } from '../../../components/notify';
import { integrationsApi } from '../api';
import { useIntegrationChange } from '../queries';

interface PauseDialogProps {
  readonly integration: Subscription;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Pauses or resumes, and explains that changes made during a pause never reach the receiver. */
export function PauseDialog({ integration, opened, onClose }: PauseDialogProps): ReactElement {
  const { t } = useTranslation();
  const { id, status, health } = integration;
  const change = useIntegrationChange((next: 'active' | 'paused') => integrationsApi.setStatus(id, next));
  const paused = status === 'paused';
  const onConfirm = (): void =>
    change.mutate(paused ? 'active' : 'paused', {
      onSuccess: () => {
        notifyDone(t(paused ? 'integrations.resumeDone' : 'integrations.pauseDone'));
        onClose();
      },
    });
  return (
    <ConfirmDialog
      opened={opened}
      onClose={onClose}
      title={t(paused ? 'integrations.resumeTitle' : 'integrations.pauseTitle')}
      action={t(paused ? 'integrations.resume' : 'integrations.pause')}
      pending={change.isPending}
      error={change.error}
      onConfirm={onConfirm}
    >
      {paused ? (
        <Stack gap="xs">
          <Text>{t('integrations.resumeText')}</Text>
          <Text fw={600}>{t('integrations.skippedSoFar', { count: health.skippedWhilePaused })}</Text>
          {integration.updateType === 'effective-permission' && <Text>{t('integrations.resumeResync')}</Text>}
        </Stack>
      ) : (
        <List spacing="xs">
          <List.Item>
            <strong>{t('integrations.pauseLoses')}</strong>
          </List.Item>
          <List.Item>{t('integrations.pauseKeeps')}</List.Item>
          <List.Item>{t('integrations.skippedSoFar', { count: health.skippedWhilePaused })}</List.Item>
        </List>
      )}
    </ConfirmDialog>
  );
}
