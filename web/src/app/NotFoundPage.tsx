import { Button } from '@mantine/core';
import { IconMapSearch } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../components/EmptyState';
import { PageHeader } from '../components/PageHeader';

export function NotFoundPage(): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('common.notFoundTitle')} />
      <EmptyState icon={IconMapSearch} title={t('common.notFoundHeading')} text={t('common.notFoundText')}>
        <Button component={Link} to="/integrations">
          {t('nav.integrations')}
        </Button>
      </EmptyState>
    </>
  );
}
