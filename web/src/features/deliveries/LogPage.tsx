import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { PageHeader } from '../../components/PageHeader';
import { DeliveryList } from './DeliveryList';
import { LiveMark } from './LiveMark';

export function LogPage(): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('deliveries.title')} subtitle={t('deliveries.subtitle')} badge={<LiveMark />} />
      <DeliveryList />
    </>
  );
}
