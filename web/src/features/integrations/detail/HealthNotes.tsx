import { Anchor, Button, Group } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Subscription } from '../../../api/types';
import { asSentence } from '../../../components/format';
import { Note } from '../../../components/Note';
import { notifyDone, notifyFailed } from '../../../components/notify';
import { RelativeTime } from '../../../components/Time';
import { useNow } from '../../../components/use-now';
import { useProblemText } from '../../../components/use-problem-text';
import { translateReasons } from '../../../i18n/reasons';
import { Offered } from '../../session/permission';
import { integrationsApi } from '../api';
import { certificateExpiry, tokenExpiry } from '../health';
import { NoTokenNote } from '../NoTokenNote';
import { useIntegrationChange } from '../queries';

interface IntegrationProps {
  readonly integration: Subscription;
}

/** Notes on everything that needs an action. */
export function HealthNotes({ integration }: IntegrationProps): ReactElement {
  const { t } = useTranslation();
  const { id, health, status } = integration;
  const now = useNow(60_000);
  const expiry = tokenExpiry(integration, now);
  const certificate = certificateExpiry(integration, now);
  return (
    <>
      <TroubleNote integration={integration} />
      {health.noAccessToken && (
        <NoTokenNote missing={health.noAccessToken}>
          {/* What awaits the token goes on by itself; what sleeps is woken to await it. */}
          {health.nextAttemptAt !== null && <RetryAll id={id} waiting={health.waiting} />}
        </NoTokenNote>
      )}
      {status === 'paused' && (
        <Note tone="warn">
          <strong>{t('integrations.pausedTitle')}</strong>{' '}
          {t('integrations.pausedText', { count: health.skippedWhilePaused })}
        </Note>
      )}
      <LackNote integration={integration} />
      {certificate && (
        <Note tone={certificate.expired ? 'bad' : 'warn'}>
          {t(certificate.expired ? 'integrations.certificateExpiredAt' : 'integrations.certificateExpiresAt')}{' '}
          <RelativeTime at={certificate.at} />.{' '}
          <Replace id={id} part="certificate">
            {t('integrations.replaceCertificate')}
          </Replace>
        </Note>
      )}
      {expiry && (
        <Note tone={expiry.expired ? 'bad' : 'warn'}>
          {t(expiry.expired ? 'integrations.tokenExpiredAt' : 'integrations.tokenExpiresAt')}{' '}
          <RelativeTime at={expiry.at} />.{' '}
          <Replace id={id} part="authentication">
            {t('integrations.replaceToken')}
          </Replace>
        </Note>
      )}
    </>
  );
}

/** What its receiver may lack, and whether a resync would send it. */
function LackNote({ integration: { status, health } }: IntegrationProps): ReactElement | null {
  const { t } = useTranslation();
  const { skippedWhilePaused: skipped, resyncAdvised } = health;
  if (status !== 'active' || (skipped === 0 && !resyncAdvised)) return null;
  return (
    <Note tone={resyncAdvised ? 'warn' : 'quiet'}>
      {skipped > 0 && t('integrations.skippedText', { count: skipped })}{' '}
      {resyncAdvised && t('integrations.resyncAdvice')}
    </Note>
  );
}

interface ReplaceProps {
  readonly id: string;
  /** Of the form. */
  readonly part: 'authentication' | 'certificate';
  readonly children: string;
}

/** Leads to where what ends is replaced. */
function Replace({ id, part, children }: ReplaceProps): ReactElement {
  return (
    <Offered operation="replaceSubscription">
      <Anchor component={Link} to={`/integrations/${id}/edit#${part}`} c="inherit" underline="always">
        {children}
      </Anchor>
    </Offered>
  );
}

/** What a note tells; for want of an access token there is one of its own. */
const TROUBLES = ['all_fail', 'last_failed', 'some_fail', 'late', 'recovered'] as const;

/** Why it is not healthy, and what can be done about that. */
function TroubleNote({ integration }: IntegrationProps): ReactElement | null {
  const { t } = useTranslation();
  const { id, health } = integration;
  const { since, waiting } = health;
  const trouble = TROUBLES.find((cause) => cause === health.cause);
  if (trouble === undefined) return null;
  const { lastError, lastErrorCodes } = health;
  const error =
    lastError === null
      ? t('integrations.unknownError')
      : asSentence(translateReasons(lastError, lastErrorCodes));
  return (
    <Note tone={health.state === 'failing' ? 'bad' : 'warn'}>
      <strong>{t(`integrations.causes.${trouble}.title`)}</strong>{' '}
      {t(`integrations.causes.${trouble}.text`, { error })}{' '}
      {since !== null && (
        <>
          {t('integrations.soSince')} <RelativeTime at={since} />.
        </>
      )}
      {waiting > 0 && <RetryAll id={id} waiting={waiting} />}
    </Note>
  );
}

function RetryAll({ id, waiting }: { readonly id: string; readonly waiting: number }): ReactElement {
  const { t } = useTranslation();
  const text = useProblemText();
  const retry = useIntegrationChange(integrationsApi.retryAll);
  return (
    <Offered operation="retrySubscription">
      <Group mt="sm">
        <Button
          color="red.8"
          size="xs"
          leftSection={<IconPlayerPlay size={16} />}
          loading={retry.isPending}
          onClick={() =>
            retry.mutate(id, {
              onSuccess: ({ woken }) => notifyDone(t('integrations.retryDone', { count: woken })),
              onError: (error) => notifyFailed(text(error).message),
            })
          }
        >
          {t('integrations.retryAll', { count: waiting })}
        </Button>
      </Group>
    </Offered>
  );
}
