import { Anchor } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Delivery } from '../../api/types';
import classes from './deliveries.module.css';

interface CitizenLinkProps {
  readonly delivery: Pick<Delivery, 'citizenId' | 'externalRef'>;
}

/** Whom a delivery is about, by the reference that people know; a deleted citizen has neither it nor a page. */
export function CitizenLink({ delivery: { citizenId, externalRef } }: CitizenLinkProps): ReactElement {
  const { t } = useTranslation();
  if (externalRef === null) return <span className={classes.deleted}>{t('deliveries.citizenDeleted')}</span>;
  return (
    <Anchor component={Link} to={`/citizens/${citizenId}`} fz="inherit">
      {externalRef}
    </Anchor>
  );
}
