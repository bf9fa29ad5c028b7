import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconBan, IconPlayerPlay, IconSend } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryWithAttempts } from '../../api/types';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { notifyDone, notifyFailed } from '../../components/notify';
import { useProblemText } from '../../components/use-problem-text';
import { Offered } from '../session/permission';
import { deliveriesApi } from './api';
import { useDeliveryAction } from './queries';

/** What the service would do with the delivery as it is at present. */
export function DeliveryActions({
  delivery: { id, actions },
}: {
  readonly delivery: DeliveryWithAttempts;
}): ReactElement {
  const { t } = useTranslation();
  const text = useProblemText();
  const [opened, { open, close }] = useDisclosure();
  const retry = useDeliveryAction(deliveriesApi.retry);
  const resend = useDeliveryAction(deliveriesApi.resend);
  const cancel = useDeliveryAction(deliveriesApi.cancel);
  const reported = (message: string): { onSuccess: () => void; onError: (error: Error) => void } => ({
    onSuccess: () => notifyDone(message),
    onError: (error) => notifyFailed(text(error).message),
  });
  return (
    <>
      {actions.includes('retry') && (
        <Offered operation="retryDelivery">
          <Button
            leftSection={<IconPlayerPlay size={16} />}
            loading={retry.isPending}
            onClick={() => retry.mutate(id, reported(t('deliveries.retryDone')))}
          >
            {t('deliveries.retry')}
          </Button>
        </Offered>
      )}
      {actions.includes('resend') && (
        <Offered operation="resendDelivery">
          <Button
            variant="default"
            leftSection={<IconSend size={16} />}
            loading={resend.isPending}
            onClick={() => resend.mutate(id, reported(t('deliveries.resendDone')))}
          >
            {t('deliveries.resend')}
          </Button>
        </Offered>
      )}
      {actions.includes('cancel') && (
        <Offered operation="cancelDelivery">
          <Button variant="default" leftSection={<IconBan size={16} />} onClick={open}>
            {t('deliveries.cancel')}
          </Button>
        </Offered>
      )}
      <ConfirmDialog
        opened={opened}
        onClose={close}
        title={t('deliveries.cancelTitle')}
        action={t('deliveries.cancel')}
        danger
        pending={cancel.isPending}
        error={cancel.error}
        onConfirm={() => cancel.mutate(id, { onSuccess: close })}
      >
        {t('deliveries.cancelText')}
      </ConfirmDialog>
    </>
  );
}
