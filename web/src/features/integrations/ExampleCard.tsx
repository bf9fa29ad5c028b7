import { Button, Stack, Text } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';
import { Problem } from '../../components/Problem';
import type { TestResult } from './api';
import { TestAnswer } from './TestAnswer';

interface ExampleCardProps {
  /** Where the example goes. */
  readonly text: string;
  /** State of the request. */
  readonly test: {
    readonly data: TestResult | undefined;
    readonly error: Error | null;
    readonly isPending: boolean;
  };
  readonly shownAtFields?: (path: string) => boolean;
  readonly onSend: () => void;
}

/** Sends an example and shows the result. */
export function ExampleCard({ text, test, onSend, ...fields }: ExampleCardProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Card title={t('integrations.test.title')}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text}
        </Text>
        <Button
          variant="default"
          leftSection={<IconSend size={16} />}
          loading={test.isPending}
          onClick={onSend}
        >
          {t('integrations.test.send')}
        </Button>
        <Problem error={test.error} {...fields} />
        {test.data && <TestAnswer result={test.data} />}
      </Stack>
    </Card>
  );
}
