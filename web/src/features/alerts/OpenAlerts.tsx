import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '../../components/format';
import classes from './alerts.module.css';
import { useAlerts } from './queries';

/** How many alerts are open; nothing where none is. It is louder where a withdrawal is late. */
export function OpenAlerts(): ReactElement | null {
  const { t, i18n } = useTranslation();
  const open = useAlerts({ status: 'open', limit: 1 }).data?.total ?? 0;
  const late = useAlerts({ status: 'open', kind: 'withdrawal_late', limit: 1 }).data?.total ?? 0;
  if (open === 0) return null;
  const number = formatNumber(open, i18n.language);
  return (
    <span
      className={classes.count}
      data-critical={late > 0 || undefined}
      title={t(late > 0 ? 'alerts.openLate' : 'alerts.open', { count: open, number })}
    >
      {number}
    </span>
  );
}
