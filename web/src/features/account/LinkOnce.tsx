import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { SecretOnce } from '../../components/SecretOnce';
import { ExactTime } from '../../components/Time';
import type { PasswordLink } from './api';

interface LinkOnceProps {
  readonly email: string;
  readonly link: PasswordLink;
  readonly onStored: () => void;
}

/** The link by which somebody sets their password, to be handed over to them. */
export function LinkOnce({ email, link, onStored }: LinkOnceProps): ReactElement {
  const { t } = useTranslation();
  return (
    <SecretOnce
      label={t('account.link')}
      secret={link.url}
      text={t('account.linkText', { email })}
      onStored={onStored}
    >
      <Text size="sm">
        {t('account.linkUntil')} <ExactTime at={link.expiresAt} />
      </Text>
    </SecretOnce>
  );
}
