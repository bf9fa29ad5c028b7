import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconSend } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../../components/Card';
import { Problem } from '../../../components/Problem';
import { integrationsApi } from '../api';
import { TestAnswer } from '../TestAnswer';
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
    <Card title={t('integrations.test.title')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('integrations.test.draftText')}
        </Text>
        <Button
          variant="default"
          leftSection={<IconSend size={16} />}
          loading={test.isPending}
          onClick={send}
        >
          {t('integrations.test.send')}
        </Button>
        <Problem error={test.error} shownAtFields={isField} />
        {test.data && <TestAnswer result={test.data} />}
      </Stack>
    </Card>
  );
}
