import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { integrationsApi } from '../api';
import { ExampleCard } from '../ExampleCard';
import type { IntegrationFormState } from './use-integration-form';
import { isField, toBody } from './values';

interface DraftTestProps {
  readonly form: IntegrationFormState;
  readonly id: string | undefined;
  readonly onError: (error: Error) => void;
}

/** Sends an example to what the form holds at the moment, saved or not. */
export function DraftTest({ form, id, onError }: DraftTestProps): ReactElement {
  const { t } = useTranslation();
  const test = useMutation({ mutationFn: integrationsApi.testDraft, onError });
  const send = (): void => {
    if (form.validate().hasErrors) return;
    test.mutate({ ...toBody(form.values), ...(id !== undefined && { id }) });
  };
  return (
    <ExampleCard text={t('integrations.test.draftText')} test={test} shownAtFields={isField} onSend={send} />
  );
}
