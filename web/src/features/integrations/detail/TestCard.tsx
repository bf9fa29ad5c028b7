import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { integrationsApi } from '../api';
import { ExampleCard } from '../ExampleCard';

/** Sends an example to a saved integration. */
export function TestCard({ id }: { readonly id: string }): ReactElement {
  const { t } = useTranslation();
  const test = useMutation({ mutationFn: integrationsApi.test });
  return <ExampleCard text={t('integrations.test.text')} test={test} onSend={() => test.mutate(id)} />;
}
