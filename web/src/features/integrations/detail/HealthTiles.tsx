import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Subscription } from '../../../api/types';
import { formatNumber } from '../../../components/format';
import { RelativeTime } from '../../../components/Time';
import classes from '../integrations.module.css';

/** The health of an integration in figures. */
export function HealthTiles({ health }: Pick<Subscription, 'health'>): ReactElement {
  const { t, i18n } = useTranslation();
  const time = (at: string | null): ReactNode =>
    at === null ? <span className={classes.quiet}>{t('common.never')}</span> : <RelativeTime at={at} />;
  const orNone = (at: string | null): ReactNode => (at === null ? '–' : <RelativeTime at={at} />);
  return (
    <div className={classes.tiles}>
      <Tile name={t('integrations.lastSuccess')}>{time(health.lastSuccessAt)}</Tile>
      <Tile name={t('integrations.lastFailure')}>{time(health.lastFailureAt)}</Tile>
      <Tile name={t('integrations.waiting')}>{formatNumber(health.waiting, i18n.language)}</Tile>
      <Tile name={t('integrations.oldestWaiting')}>{orNone(health.oldestWaitingAt)}</Tile>
      <Tile name={t('integrations.oldestWithdrawal')}>{orNone(health.oldestWithdrawalWaitingAt)}</Tile>
      <Tile name={t('integrations.nextAttempt')}>{orNone(health.nextAttemptAt)}</Tile>
    </div>
  );
}

function Tile({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div className={classes.tile}>
      <div className={classes.tileName}>{name}</div>
      <div className={classes.tileValue}>{children}</div>
    </div>
  );
}
