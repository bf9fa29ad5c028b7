import { Button } from '@mantine/core';
import { IconPlugOff } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { EmptyState } from '../../components/EmptyState';
import { PageHeader } from '../../components/PageHeader';

/** Where a link leads to an integration that was deleted since: what it was sent can still be seen. */
export function GonePage({ id }: { readonly id: string }): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader
        title={t('integrations.one')}
        back={{ to: '/integrations', label: t('integrations.title') }}
      />
      <EmptyState icon={IconPlugOff} title={t('integrations.goneTitle')} text={t('integrations.goneText')}>
        <Button component={Link} to={`/deliveries?subscriptionId=${id}`} variant="default">
          {t('integrations.whatItWasSent')}
        </Button>
      </EmptyState>
    </>
  );
}
