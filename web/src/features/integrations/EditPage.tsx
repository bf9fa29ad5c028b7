import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { notifyDone } from '../../components/notify';
import { PageHeader } from '../../components/PageHeader';
import { QueryView } from '../../components/QueryView';
import type { Subscription, SubscriptionCreation } from '../../api/types';
import { EditableBy } from '../session/permission';
import { integrationsApi } from './api';
import { IntegrationForm } from './form/IntegrationForm';
import { storedSecrets, toValues } from './form/values';
import { useIntegrationChange, useIntegrationToEdit } from './queries';

export function EditPage(): ReactElement {
  const { id = '' } = useParams();
  const { t } = useTranslation();
  const integration = useIntegrationToEdit(id);
  return (
    <>
      <PageHeader
        title={t('integrations.editTitle')}
        back={{ to: `/integrations/${id}`, label: integration.data?.value.name ?? t('integrations.title') }}
      />
      <QueryView query={integration}>
        {({ value, tag }) => (
          <EditableBy operation="replaceSubscription">
            <Edit key={tag} integration={value} tag={tag} onReload={() => void integration.refetch()} />
          </EditableBy>
        )}
      </QueryView>
    </>
  );
}

interface EditProps {
  readonly integration: Subscription;
  readonly tag: string;
  readonly onReload: () => void;
}

function Edit({ integration, tag, onReload }: EditProps): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = integration;
  const page = `/integrations/${id}`;
  const save = useIntegrationChange((body: SubscriptionCreation) => integrationsApi.replace(id, tag, body));
  return (
    <IntegrationForm
      id={id}
      initial={toValues(integration)}
      stored={storedSecrets(integration)}
      action={t('common.save')}
      cancelTo={page}
      pending={save.isPending}
      error={save.error}
      onReload={onReload}
      onSubmit={(body, { onSaved, onError }) =>
        save.mutate(body, {
          onError,
          onSuccess: () => {
            onSaved();
            notifyDone(t('common.saved'));
            void navigate(page);
          },
        })
      }
    />
  );
}
