import { Button, Group, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../components/Dialog';
import { Problem } from '../../../components/Problem';
import { SecretOnce } from '../../../components/SecretOnce';
import { ExactTime } from '../../../components/Time';
import { integrationsApi } from '../api';
import { useIntegrationChange } from '../queries';

interface SigningSecretDialogProps {
  readonly id: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Makes a new signing secret and shows it this once; the old one signs too for a while. */
export function SigningSecretDialog({ id, opened, onClose }: SigningSecretDialogProps): ReactElement {
  const { t } = useTranslation();
  const rotate = useIntegrationChange(integrationsApi.rotateSigningSecret);
  const rotated = rotate.data;
  const close = (): void => {
    rotate.reset();
    onClose();
  };
  return (
    <Dialog
      opened={opened}
      onClose={close}
      size="lg"
      title={t('integrations.rotateSecret')}
      holdsSecret={rotated !== undefined}
    >
      {rotated ? (
        <SecretOnce
          label={t(rotated.signingKey ? 'integrations.publicKey' : 'integrations.signingSecret')}
          secret={rotated.signingKey?.publicKey ?? rotated.signingSecret ?? ''}
          text={t(rotated.signingKey ? 'integrations.publicKeyText' : 'integrations.signingSecretText')}
          onStored={close}
        >
          {rotated.previousValidUntil !== null && (
            <Text size="sm">
              {t('integrations.previousUntil')} <ExactTime at={rotated.previousValidUntil} />
            </Text>
          )}
        </SecretOnce>
      ) : (
        <Stack>
          <Text>{t('integrations.rotateSecretText')}</Text>
          <Problem error={rotate.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('common.cancel')}
            </Button>
            <Button loading={rotate.isPending} onClick={() => rotate.mutate(id)}>
              {t('integrations.rotateSecret')}
            </Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
