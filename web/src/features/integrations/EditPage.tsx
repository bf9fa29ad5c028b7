import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { notifyDone } from '../../components/notify';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import type { Subscription, SubscriptionCreation } from '../../api/types';
import { integrationsApi } from './api';
import { IntegrationForm } from './form/IntegrationForm';
import { storedSecrets, toValues } from './form/values';
import { useIntegration, useIntegrationChange } from './queries';

export function EditPage(): ReactElement {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const integration = useIntegration(id);
  return (
    <>
      <PageHeader
        title={t('integrations.editTitle')}
        back={{ to: `/integrations/${id}`, label: integration.data?.name ?? t('integrations.title') }}
      />
      <QueryView query={integration}>{(found) => <Edit integration={found} />}</QueryView>
    </>
  );
}

function Edit({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = integration;
  const page = `/integrations/${id}`;
  const save = useIntegrationChange((body: SubscriptionCreation) => integrationsApi.replace(id, body));
  return (
    <IntegrationForm
      id={id}
      initial={toValues(integration)}
      stored={storedSecrets(integration)}
      action={t('common.save')}
      cancelTo={page}
      pending={save.isPending}
      error={save.error}
      onSubmit={(body, onError) =>
        save.mutate(body, {
          onError,
          onSuccess: () => {
            notifyDone(t('common.saved'));
            void navigate(page);
          },
        })
      }
    />
  );
}
