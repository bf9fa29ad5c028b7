import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { DeliveryWithAttempts } from '../../api/types';
import { Card } from '../../components/Card';
import { CodeBlock } from '../../components/CodeBlock';
import { formatJson } from '../../components/format';
import { QueryView } from '../../components/QueryView';
import { usePayload } from './queries';

/** The body, which is personal data: only shown on demand. */
export function PayloadCard({ delivery: { id } }: { readonly delivery: DeliveryWithAttempts }): ReactElement {
  const { t } = useTranslation();
  const [shown, { open }] = useDisclosure();
  const payload = usePayload(id, shown);
  return (
    <Card title={t('deliveries.payload')}>
      {shown ? (
        <QueryView query={payload}>
          {(body) =>
            body === null ? (
              <Text c="dimmed">{t('deliveries.noPayload')}</Text>
            ) : (
              <CodeBlock label={t('deliveries.payload')} text={formatJson(body)} />
            )
          }
        </QueryView>
      ) : (
        <>
          <Text c="dimmed" size="sm" mb="sm">
            {t('deliveries.payloadText')}
          </Text>
          <Button variant="default" onClick={open}>
            {t('deliveries.showPayload')}
          </Button>
        </>
      )}
    </Card>
  );
}
