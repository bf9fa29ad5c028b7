import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './components.module.css';

/** Search and filters above a list. */
export function FilterBar({ children }: { readonly children: ReactNode }): ReactElement {
  const { t } = useTranslation();
  return (
    <div className={classes.filters} role="search" aria-label={t('common.filters')}>
      {children}
    </div>
  );
}
