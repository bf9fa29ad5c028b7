import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryWithAttempts } from '../../api/types';
import { Card } from '../../components/Card';
import { formatCountdown } from '../../components/format';
import { ExactTime } from '../../components/Time';
import { useNow } from '../../components/use-now';
import classes from './deliveries.module.css';
import { isFinished } from './queries';

/** What an unfinished delivery waits for, and how long yet. */
export function NextAttempt({ delivery }: { readonly delivery: DeliveryWithAttempts }): ReactElement | null {
  const { t } = useTranslation();
  const now = useNow(1_000);
  const { status, nextAttemptAt } = delivery;
  if (isFinished(status)) return null;
  const left = nextAttemptAt === null ? 0 : Date.parse(nextAttemptAt) - now;
  return (
    <Card title={t('deliveries.nextAttempt')}>
      {nextAttemptAt !== null && left > 0 ? (
        <>
          <div className={classes.countdown} role="timer" aria-label={t('deliveries.nextAttempt')}>
            {formatCountdown(left)}
          </div>
          <Text c="dimmed" size="sm">
            <ExactTime at={nextAttemptAt} />
          </Text>
        </>
      ) : (
        <Text>{t(`deliveries.waitsFor.${status as 'pending'}`)}</Text>
      )}
    </Card>
  );
}
