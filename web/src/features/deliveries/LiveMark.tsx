import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './deliveries.module.css';

/** Says that what is shown keeps itself up to date. */
export function LiveMark(): ReactElement {
  const { t } = useTranslation();
  return <span className={classes.live}>{t('deliveries.live')}</span>;
}
