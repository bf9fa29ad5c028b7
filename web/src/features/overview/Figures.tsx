import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatNumber } from '../../components/format';
import { RelativeTime } from '../../components/Time';
import type { Overview } from './api';
import classes from './overview.module.css';

/** What is late, and what has been sent. */
export function Figures({ overview }: { readonly overview: Overview }): ReactElement {
  const { t, i18n } = useTranslation();
  const { oldestWaitingAt, oldestWithdrawalWaitingAt, lastHour } = overview;
  const number = (value: number): string => formatNumber(value, i18n.language);
  return (
    <dl className={classes.figures}>
      <Figure
        name={t('overview.oldest')}
        of={<When at={oldestWaitingAt} />}
        to="/deliveries?status=undelivered"
      />
      <Figure
        name={t('overview.oldestWithdrawal')}
        of={<When at={oldestWithdrawalWaitingAt} />}
        to="/deliveries?status=undelivered"
      />
      <Figure name={t('overview.accepted')} of={number(lastHour.delivered)} to="/deliveries" />
      <Figure name={t('overview.failed')} of={number(lastHour.failed)} to="/deliveries?status=undelivered" />
    </dl>
  );
}

function Figure({
  name,
  of,
  to,
}: {
  readonly name: string;
  readonly of: ReactNode;
  readonly to: string;
}): ReactElement {
  return (
    <div className={classes.figure}>
      <dt>{name}</dt>
      <dd>
        <Link to={to}>{of}</Link>
      </dd>
    </div>
  );
}

function When({ at }: { readonly at: string | null }): ReactElement {
  const { t } = useTranslation();
  return at === null ? <>{t('overview.none')}</> : <RelativeTime at={at} />;
}
