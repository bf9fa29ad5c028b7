import { Button, Checkbox, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../../components/Card';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { formatNumber } from '../../../components/format';
import { QueryView } from '../../../components/QueryView';
import { StoppableProgress } from '../../../components/StoppableProgress';
import { RelativeTime } from '../../../components/Time';
import { TimeInput } from '../../../components/TimeInput';
import { Offered, useMayCall } from '../../session/permission';
import { integrationsApi, type Resync } from '../api';
import { useIntegrationChange, useResyncs } from '../queries';

/** Starts a resync of all citizens, and shows its progress. */
export function ResyncCard({ id }: { readonly id: string }): ReactElement {
  const { t } = useTranslation();
  const resyncs = useResyncs(id);
  const [opened, { open, close }] = useDisclosure();
  const [since, setSince] = useState('');
  const [onlyDifferent, setOnlyDifferent] = useState(false);
  const start = useIntegrationChange(() =>
    integrationsApi.startResync(id, {
      since: since === '' ? null : new Date(since).toISOString(),
      onlyDifferent,
    }),
  );
  const latest = resyncs.data?.items[0];
  return (
    <Card title={t('integrations.resync.title')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('integrations.resync.text')}
        </Text>
        <QueryView query={resyncs}>
          {() => (latest ? <ResyncProgress id={id} resync={latest} /> : null)}
        </QueryView>
        {latest?.status !== 'running' && (
          <Offered operation="startResync">
            <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={open}>
              {t('integrations.resync.start')}
            </Button>
          </Offered>
        )}
      </Stack>
      <ConfirmDialog
        opened={opened}
        onClose={close}
        title={t('integrations.resync.title')}
        action={t('integrations.resync.start')}
        pending={start.isPending}
        error={start.error}
        onConfirm={() => start.mutate(undefined, { onSuccess: close })}
      >
        <Stack>
          <Text>{t('integrations.resync.confirm')}</Text>
          <TimeInput
            label={t('integrations.resync.since')}
            description={t('integrations.resync.sinceHelp')}
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
          <Checkbox
            label={t('integrations.resync.onlyDifferent')}
            description={t('integrations.resync.onlyDifferentHelp')}
            checked={onlyDifferent}
            onChange={(event) => setOnlyDifferent(event.currentTarget.checked)}
          />
        </Stack>
      </ConfirmDialog>
    </Card>
  );
}

interface ResyncProgressProps {
  readonly id: string;
  readonly resync: Resync;
}

function ResyncProgress({ id, resync }: ResyncProgressProps): ReactElement {
  const { t, i18n } = useTranslation();
  const cancel = useIntegrationChange(() => integrationsApi.cancelResync(id, resync.id));
  const mayStop = useMayCall('cancelResync');
  const { status, total, done, deliveries, finishedAt, stalled } = resync;
  const number = (value: number): string => formatNumber(value, i18n.language);
  const percent = total === 0 ? (status === 'running' ? 0 : 100) : (done / total) * 100;
  return (
    <StoppableProgress
      percent={percent}
      label={t('integrations.resync.progress')}
      stop={status === 'running' && mayStop ? () => cancel.mutate(undefined) : undefined}
      stopLabel={t('integrations.resync.cancel')}
      isStopping={cancel.isPending}
      error={cancel.error}
    >
      {t(`integrations.resync.${status}`, { done: number(done), total: number(total) })}{' '}
      {finishedAt !== null && <RelativeTime at={finishedAt} />}
      {stalled && t('integrations.resync.stalled')}
      <br />
      {t('integrations.resync.deliveries', {
        queued: number(deliveries.queued),
        delivered: number(deliveries.delivered),
        waiting: number(deliveries.waiting),
        failed: number(deliveries.failed),
      })}
    </StoppableProgress>
  );
}
