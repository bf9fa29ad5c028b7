import { Accordion, Anchor, Stack, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Subscription } from '../../../api/types';
import { Card } from '../../../components/Card';
import { CodeBlock } from '../../../components/CodeBlock';
import { Facts } from '../../../components/Facts';
import { formatBody, formatJson } from '../../../components/format';
import { formatHeaders } from '../../../components/headers';
import { QueryView } from '../../../components/QueryView';
import { useSample, useSchema } from '../queries';

/** In the order of use. */
const HEADERS = [
  ...(['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const),
  ...(['x-cpm-update-type', 'x-cpm-subscription-id', 'x-cpm-change-id'] as const),
  ...(['x-cpm-sequence', 'x-cpm-attempt', 'x-cpm-test'] as const),
  ...(['content-digest', 'signature-input', 'user-agent'] as const),
] as const;

/** What a receiver gets: an example of it, the meaning of its headers, and the schema of its body. */
export function WebhookCard({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const { id, updateType } = integration;
  const sample = useSample(id);
  return (
    <Card title={t('developers.webhook.title')}>
      <Stack gap="md">
        <Text size="sm">{t('developers.webhook.text')}</Text>
        <QueryView query={sample}>
          {({ url, headers, body }) => (
            <Stack gap="xs">
              <CodeBlock label={t('developers.webhook.body')} text={formatBody(body)} />
              <Accordion variant="separated" multiple>
                <Accordion.Item value="sent">
                  <Accordion.Control>{t('developers.webhook.sent')}</Accordion.Control>
                  <Accordion.Panel>
                    <CodeBlock label={`POST ${url}`} text={`POST ${url}\n${formatHeaders(headers)}`} />
                  </Accordion.Panel>
                </Accordion.Item>
                <Accordion.Item value="headers">
                  <Accordion.Control>{t('developers.webhook.headersTitle')}</Accordion.Control>
                  <Accordion.Panel>
                    <Facts of={HEADERS.map((name) => [name, t(`developers.webhook.headers.${name}`)])} />
                  </Accordion.Panel>
                </Accordion.Item>
                <SchemaItem updateType={updateType} />
              </Accordion>
            </Stack>
          )}
        </QueryView>
      </Stack>
    </Card>
  );
}

function SchemaItem({ updateType }: Pick<Subscription, 'updateType'>): ReactElement {
  const { t } = useTranslation();
  const [wanted, want] = useState(false);
  const schema = useSchema(updateType, wanted);
  return (
    <Accordion.Item value="schema">
      <Accordion.Control onClick={() => want(true)}>{t('developers.webhook.schema')}</Accordion.Control>
      <Accordion.Panel>
        <Stack gap="xs">
          <Anchor size="sm" href={`/v1/schemas/${updateType}.json`} target="_blank">
            {`${location.origin}/v1/schemas/${updateType}.json`}
          </Anchor>
          {wanted && (
            <QueryView query={schema}>
              {(document) => <CodeBlock label={`${updateType}.json`} text={formatJson(document)} />}
            </QueryView>
          )}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
