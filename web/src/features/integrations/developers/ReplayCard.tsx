import { Accordion, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Delivery } from '../../../api/types';
import { Card } from '../../../components/Card';
import { CodeBlock } from '../../../components/CodeBlock';
import { QueryView } from '../../../components/QueryView';
import { ExactTime } from '../../../components/Time';
import { useDeliveries, useDelivery, usePayload } from '../../deliveries/queries';
import { StatusBadge } from '../../deliveries/StatusBadge';
import { replayCommand } from './curl';
import { LOCAL_RECEIVER } from './languages';

const SHOWN = 5;

/** The last deliveries, each as a command that sends it to a receiver once more. */
export function ReplayCard({ id }: { readonly id: string }): ReactElement {
  const { t } = useTranslation();
  const [url, setUrl] = useState(LOCAL_RECEIVER);
  const [opened, open] = useState<string[]>([]);
  const deliveries = useDeliveries({ subscriptionId: id, limit: SHOWN });
  return (
    <Card title={t('developers.replay.title')}>
      <Stack gap="md">
        <Text size="sm">{t('developers.replay.text')}</Text>
        <QueryView query={deliveries}>
          {({ items }) =>
            items.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t('developers.replay.none')}
              </Text>
            ) : (
              <>
                <TextInput
                  label={t('developers.replay.url')}
                  value={url}
                  onChange={(event) => setUrl(event.currentTarget.value)}
                  maw="28rem"
                />
                <Accordion variant="separated" multiple value={opened} onChange={open}>
                  {items.map((delivery) => (
                    <Accordion.Item key={delivery.id} value={delivery.id}>
                      <Accordion.Control>
                        <Group gap="sm">
                          <ExactTime at={delivery.createdAt} />
                          <StatusBadge status={delivery.status} />
                          {delivery.lastStatusCode}
                        </Group>
                      </Accordion.Control>
                      <Accordion.Panel>
                        {opened.includes(delivery.id) && <Replay delivery={delivery} url={url} />}
                      </Accordion.Panel>
                    </Accordion.Item>
                  ))}
                </Accordion>
              </>
            )
          }
        </QueryView>
      </Stack>
    </Card>
  );
}

/** Read only once it is wanted: it holds personal data. */
function Replay({
  delivery: { id },
  url,
}: {
  readonly delivery: Delivery;
  readonly url: string;
}): ReactElement {
  const { t } = useTranslation();
  const delivery = useDelivery(id);
  const payload = usePayload(id, true);
  return (
    <QueryView query={delivery}>
      {({ attempts }) => (
        <QueryView query={payload}>
          {(body) => {
            const last = attempts.at(-1);
            if (last === undefined || body === null)
              return (
                <Text size="sm" c="dimmed">
                  {t(last === undefined ? 'developers.replay.untried' : 'developers.replay.erased')}
                </Text>
              );
            return (
              <CodeBlock
                label={t('developers.replay.command')}
                text={replayCommand(url, last.requestHeaders, body)}
              />
            );
          }}
        </QueryView>
      )}
    </QueryView>
  );
}
