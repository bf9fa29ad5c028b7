import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Subscription } from '../../../api/types';
import { Card } from '../../../components/Card';
import { Facts } from '../../../components/Facts';
import { ExactTime } from '../../../components/Time';
import { useApplications } from '../../catalogue/queries';

/** How an integration is set up. Secrets are never shown. */
export function SetupCard({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const {
    applicationId,
    updateType,
    authentication,
    filter,
    headers,
    clientCertificate,
    signing,
    signingKey,
    createdAt,
  } = integration;
  const application = useApplications().data?.items.find(({ id }) => id === applicationId)?.name;
  const apiKey = authentication.authType === 'api-key' ? authentication.apiKeyAuth : undefined;
  const bearer = authentication.authType === 'bearer' ? authentication.bearerAuth : undefined;
  const oauth2 = authentication.authType === 'oauth2' ? authentication.oauth2Auth : undefined;
  return (
    <Card title={t('integrations.setup')}>
      <Facts
        of={[
          [t('integrations.type'), t(`updateType.${updateType}.name`)],
          [t('catalogue.application'), application ?? applicationId],
          [
            t('integrations.filter'),
            filter && [...filter.options, ...filter.optionGroups, ...filter.preferences].join(', '),
          ],
          [t('integrations.authentication'), t(`authType.${authentication.authType}`)],
          [
            t('integrations.form.key'),
            apiKey && `${apiKey.key} (${t(`integrations.form.locations.${apiKey.location}`)})`,
          ],
          [t('integrations.form.tokenUrl'), oauth2 && <code key="token-url">{oauth2.tokenUrl}</code>],
          [
            t('integrations.form.expiresAt'),
            bearer?.expiresAt && <ExactTime key="expires" at={bearer.expiresAt} />,
          ],
          [t('integrations.certificate'), clientCertificate?.subject],
          [
            t('integrations.certificateEnds'),
            clientCertificate && <ExactTime key="certificate" at={clientCertificate.notAfter} />,
          ],
          [t('integrations.signing'), t(`integrations.signings.${signing}`)],
          [t('integrations.publicKey'), signingKey && <code key="key">{signingKey.publicKey}</code>],
          [t('integrations.headers'), headers.map(({ name }) => name).join(', ') || undefined],
          [t('common.created'), <ExactTime key="created" at={createdAt} />],
        ]}
      />
    </Card>
  );
}
