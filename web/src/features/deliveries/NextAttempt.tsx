import { Anchor, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { DeliveryWithAttempts } from '../../api/types';
import { Card } from '../../components/Card';
import { formatCountdown } from '../../components/format';
import { ExactTime } from '../../components/Time';
import { useNow } from '../../components/use-now';
import classes from './deliveries.module.css';

/** What an unfinished delivery waits for, and how long yet. */
export function NextAttempt({ delivery }: { readonly delivery: DeliveryWithAttempts }): ReactElement | null {
  const { t } = useTranslation();
  const now = useNow(1_000);
  const { waitsFor } = delivery;
  if (!waitsFor) return null;
  const { reason, until, deliveryId } = waitsFor;
  const left = until === null ? 0 : Date.parse(until) - now;
  return (
    <Card title={t('deliveries.nextAttempt')}>
      {until !== null && left > 0 && (
        <>
          <div className={classes.countdown} role="timer" aria-label={t('deliveries.nextAttempt')}>
            {formatCountdown(left)}
          </div>
          <Text c="dimmed" size="sm">
            <ExactTime at={until} />
          </Text>
        </>
      )}
      <Text>{t(`deliveries.waitsFor.${reason}`)}</Text>
      {deliveryId !== null && (
        <Anchor component={Link} to={`/deliveries/${deliveryId}`}>
          {t('deliveries.showOther')}
        </Anchor>
      )}
    </Card>
  );
}
