import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { SCOPES, type Scope } from './scopes';

/** What a key may do, in words; one that may do everything says just that. */
export function ScopeList({ scopes }: { readonly scopes: readonly Scope[] }): ReactElement {
  const { t } = useTranslation();
  if (scopes.length === SCOPES.length) return <>{t('apiKeys.everything')}</>;
  return (
    <Text size="sm" maw={280} component="span">
      {SCOPES.filter(({ scope }) => scopes.includes(scope))
        .map(({ words }) => t(words))
        .join(', ')}
    </Text>
  );
}
