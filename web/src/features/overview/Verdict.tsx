import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Note } from '../../components/Note';
import { RelativeTime } from '../../components/Time';
import type { Overview, OverviewSubscription } from './api';

/** In one sentence whether all is well; a withdrawal that nobody has been told of for a while comes before everything. */
export function Verdict({ overview }: { readonly overview: Overview }): ReactElement {
  const { t } = useTranslation();
  const { alerts, oldestWithdrawalWaitingAt } = overview;
  const late = alerts.some(({ kind }) => kind === 'withdrawal_late');
  if (late && oldestWithdrawalWaitingAt !== null)
    return (
      <Note tone="bad">
        <strong>{t('overview.withdrawalLate')}</strong> {t('overview.withdrawalSince')}{' '}
        <RelativeTime at={oldestWithdrawalWaitingAt} />.
      </Note>
    );
  const failing = countOf(overview, 'failing');
  if (failing > 0)
    return (
      <Note tone="bad">
        <strong>{t('overview.failing', { count: failing })}</strong> {t('overview.nothingLost')}
      </Note>
    );
  const troubled = countOf(overview, 'degraded') + countOf(overview, 'recovering');
  if (troubled > 0)
    return (
      <Note tone="warn">
        <strong>{t('overview.troubled', { count: troubled })}</strong> {t('overview.nothingLost')}
      </Note>
    );
  if (alerts.length > 0) return <Note tone="warn">{t('overview.onlyAlerts')}</Note>;
  const paused = countOf(overview, 'paused');
  if (paused > 0) return <Note tone="warn">{t('overview.paused', { count: paused })}</Note>;
  return (
    <Note tone="good">
      <strong>{t('overview.well')}</strong> {t('overview.wellText')}
    </Note>
  );
}

function countOf({ applications }: Overview, state: OverviewSubscription['health']['state']): number {
  return applications
    .flatMap(({ subscriptions }) => subscriptions)
    .filter(({ health }) => health.state === state).length;
}
