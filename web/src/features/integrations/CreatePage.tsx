import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Subscription } from '../../api/types';
import { Dialog } from '../../components/Dialog';
import { PageHeader } from '../../components/PageHeader';
import { SecretOnce } from '../../components/SecretOnce';
import { EditableBy } from '../session/permission';
import { integrationsApi } from './api';
import { IntegrationForm } from './form/IntegrationForm';
import { NEW_INTEGRATION, NOTHING_STORED } from './form/values';
import { useIntegrationChange } from './queries';

export function CreatePage(): ReactElement {
  const { t } = useTranslation();
  const create = useIntegrationChange(integrationsApi.create);
  return (
    <>
      <PageHeader
        title={t('integrations.new')}
        back={{ to: '/integrations', label: t('integrations.title') }}
      />
      <EditableBy operation="createSubscription">
        <IntegrationForm
          initial={NEW_INTEGRATION}
          stored={NOTHING_STORED}
          action={t('integrations.create')}
          cancelTo="/integrations"
          pending={create.isPending}
          error={create.error}
          onSubmit={(body, { onSaved, onError }) => create.mutate(body, { onSuccess: onSaved, onError })}
        />
      </EditableBy>
      {create.data && <Created integration={create.data} />}
    </>
  );
}

/** The only time that the signing secret is shown. */
function Created({
  integration: { id, signingSecret, signingKey },
}: {
  readonly integration: Subscription;
}): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const goOn = (): void => void navigate(`/integrations/${id}`, { replace: true });
  return (
    <Dialog opened onClose={goOn} size="lg" title={t('integrations.created')} holdsSecret>
      <SecretOnce
        label={t(signingKey ? 'integrations.publicKey' : 'integrations.signingSecret')}
        secret={signingKey?.publicKey ?? signingSecret ?? ''}
        text={t(signingKey ? 'integrations.publicKeyText' : 'integrations.signingSecretText')}
        onStored={goOn}
      />
    </Dialog>
  );
}
