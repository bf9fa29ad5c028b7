import { Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconSend } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../../components/Card';
import { Problem } from '../../../components/Problem';
import { integrationsApi } from '../api';
import { TestAnswer } from '../TestAnswer';

/** Sends an example to a saved integration. */
export function TestCard({ id }: { readonly id: string }): ReactElement {
  const { t } = useTranslation();
  const test = useMutation({ mutationFn: integrationsApi.test });
  return (
    <Card title={t('integrations.test.title')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {t('integrations.test.text')}
        </Text>
        <Button
          variant="default"
          leftSection={<IconSend size={16} />}
          loading={test.isPending}
          onClick={() => test.mutate(id)}
        >
          {t('integrations.test.send')}
        </Button>
        <Problem error={test.error} />
        {test.data && <TestAnswer result={test.data} />}
      </Stack>
    </Card>
  );
}
