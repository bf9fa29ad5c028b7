import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';

/** Says where the account comes from. */
export function ProviderCard({ name }: { readonly name: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <Card title={t('account.provider')}>
      <Text>{t('account.providerText', { name })}</Text>
    </Card>
  );
}
