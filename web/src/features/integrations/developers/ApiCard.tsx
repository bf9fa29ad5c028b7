import { Anchor, Stack, Text } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { Trans, useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Subscription } from '../../../api/types';
import { Card } from '../../../components/Card';
import { CodeBlock } from '../../../components/CodeBlock';
import { journalCommand, updateCommand } from './curl';

/** How programs talk to the service about this integration. */
export function ApiCard({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const { id, updateType } = integration;
  return (
    <Card title={t('developers.api.title')}>
      <Stack gap="md">
        <Part title={t('developers.api.id')}>
          <CodeBlock label={t('developers.api.id')} text={id} />
        </Part>
        <Part title={t('developers.api.endpoint')}>
          <CodeBlock
            label={t('developers.api.endpoint')}
            text={`${location.origin}/v1/subscriptions/${id}`}
          />
        </Part>
        <Part title={t('developers.api.update')} text={t('developers.api.updateText')}>
          <CodeBlock label={t('developers.api.update')} text={updateCommand(integration)} />
        </Part>
        {updateType !== 'citizen-emails' && (
          <Part title={t('developers.api.journal')} text={t('developers.api.journalText')}>
            <CodeBlock label={t('developers.api.journal')} text={journalCommand(integration)} />
          </Part>
        )}
        <Text size="sm">
          <Trans
            i18nKey="developers.api.more"
            components={{
              keys: <Anchor component={Link} to="/api-keys" underline="always" />,
              docs: <Anchor href="/docs" target="_blank" underline="always" />,
              events: <Anchor href="/v1/asyncapi.json" target="_blank" underline="always" />,
            }}
          />
        </Text>
      </Stack>
    </Card>
  );
}

interface PartProps {
  readonly title: string;
  readonly text?: string;
  readonly children: ReactNode;
}

function Part({ title, text, children }: PartProps): ReactElement {
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {text !== undefined && (
        <Text size="sm" c="dimmed">
          {text}
        </Text>
      )}
      {children}
    </Stack>
  );
}
