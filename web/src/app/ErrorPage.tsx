import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../components/EmptyState';
import { PageHeader } from '../components/PageHeader';

/** A page that broke, or whose script could not be loaded (a new version may have replaced it). */
export function ErrorPage(): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('common.brokenTitle')} />
      <EmptyState icon={IconAlertTriangle} title={t('common.brokenHeading')} text={t('common.brokenText')}>
        <Button onClick={() => window.location.reload()}>{t('common.reload')}</Button>
      </EmptyState>
    </>
  );
}
