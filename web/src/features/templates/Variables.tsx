import { Spoiler, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Facts } from '../../components/Facts';

/** The variables of a template, as docs/email.md lists them; `items` are looped over. */
const VARIABLES = [
  ['confirmUrl', 'confirmUrl'],
  ['expiresAt', 'expiresAt'],
  ['items', 'items'],
  ['item.name', 'itemName'],
  ['item.statement', 'itemStatement'],
  ['item.privacyPolicy.name', 'policyName'],
  ['item.privacyPolicy.url', 'policyUrl'],
  ['application.name', 'applicationName'],
  ['application.accent', 'accent'],
  ['application.accentText', 'accentText'],
  ['citizen.externalRef', 'externalRef'],
  ['locale', 'locale'],
  ['reminder', 'reminder'],
] as const;

/** What a template may say, and what stands there in an e-mail. */
export function Variables(): ReactElement {
  const { t } = useTranslation();
  return (
    <div>
      <Text fw={600} size="sm" mb="xs">
        {t('templates.variablesTitle')}
      </Text>
      <Spoiler
        maxHeight={96}
        showLabel={t('templates.allVariables')}
        hideLabel={t('templates.fewerVariables')}
      >
        <Facts of={VARIABLES.map(([name, key]) => [name, t(`templates.variables.${key}`)])} />
      </Spoiler>
    </div>
  );
}
