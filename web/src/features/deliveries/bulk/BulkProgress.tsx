import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../../components/Card';
import { formatNumber, formatTotal } from '../../../components/format';
import { StoppableProgress } from '../../../components/StoppableProgress';
import { RelativeTime } from '../../../components/Time';
import { useNow } from '../../../components/use-now';
import { useMayCall } from '../../session/permission';
import classes from '../deliveries.module.css';
import { bulkApi, type BulkAction } from './api';
import { useBulkActions, useBulkChange } from './queries';

/** One that has ended is shown for so long yet. */
const SHOWN_MS = 900_000;

/** Bulk actions that are running, or have ended just now; of one integration, or all. */
export function BulkProgress({
  subscriptionId,
}: {
  readonly subscriptionId: string | undefined;
}): ReactElement | null {
  const { t } = useTranslation();
  const now = useNow(60_000);
  const shown = useBulkActions().data?.items.filter(
    ({ filter, finishedAt }) =>
      (subscriptionId === undefined || filter.subscriptionId === subscriptionId) &&
      (finishedAt === null || Date.parse(finishedAt) > now - SHOWN_MS),
  );
  if (!shown?.length) return null;
  return (
    <div className={classes.bulk}>
      <Card title={t('deliveries.bulk.title')}>
        <Stack gap="md">
          {shown.map((action) => (
            <One key={action.id} bulkAction={action} />
          ))}
        </Stack>
      </Card>
    </div>
  );
}

function One({ bulkAction }: { readonly bulkAction: BulkAction }): ReactElement {
  const { t, i18n } = useTranslation();
  const cancel = useBulkChange(bulkApi.cancel);
  const mayStop = useMayCall('cancelBulkAction');
  const { id, action, status, total, done, skipped, left, deliveries, finishedAt } = bulkAction;
  const number = (value: number): string => formatNumber(value, i18n.language);
  const counted = (value: number): string => formatTotal(value, i18n.language);
  const name = t(`deliveries.bulk.${action}.name`);
  const percent = status === 'completed' || total === 0 ? 100 : ((done + skipped) / total) * 100;
  return (
    <StoppableProgress
      percent={percent}
      label={t('deliveries.bulk.progress', { name })}
      stop={status === 'running' && mayStop ? () => cancel.mutate(id) : undefined}
      stopLabel={t('deliveries.bulk.stop')}
      isStopping={cancel.isPending}
      error={cancel.error}
    >
      <strong>{name}:</strong> {t(`deliveries.bulk.${status}`)}{' '}
      {finishedAt !== null && <RelativeTime at={finishedAt} />}
      <br />
      {t('deliveries.bulk.counts', {
        done: number(done),
        total: number(total),
        skipped: number(skipped),
        left: number(left),
      })}
      {deliveries && (
        <>
          <br />
          {t('deliveries.bulk.outcomes', {
            delivered: counted(deliveries.delivered),
            waiting: counted(deliveries.waiting),
            failed: counted(deliveries.failed),
          })}
        </>
      )}
    </StoppableProgress>
  );
}
