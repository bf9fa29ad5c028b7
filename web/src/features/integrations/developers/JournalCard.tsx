import { Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Subscription } from '../../../api/types';
import { Card } from '../../../components/Card';
import { CodeBlock } from '../../../components/CodeBlock';
import { DataTable, type Column } from '../../../components/DataTable';
import { QueryView } from '../../../components/QueryView';
import { ExactTime } from '../../../components/Time';
import { useCatalogueNames } from '../../catalogue/names';
import { CitizenLink } from '../../deliveries/CitizenLink';
import { StatusBadge } from '../../deliveries/StatusBadge';
import type { Journal } from '../api';
import { useJournal } from '../queries';
import { readOnCommand } from './curl';

type Entry = Journal['items'][number];

/** What was altered last, and with which cursor to read on from there. */
export function JournalCard({ integration }: { readonly integration: Subscription }): ReactElement {
  const { t } = useTranslation();
  const journal = useJournal(integration.id);
  const names = useCatalogueNames(integration.applicationId);
  const columns: Column<Entry>[] = [
    {
      key: 'at',
      header: t('developers.journal.recorded'),
      cell: ({ recordedAt }) => <ExactTime at={recordedAt} />,
    },
    {
      key: 'citizen',
      named: true,
      header: t('deliveries.citizen'),
      cell: (entry) => <CitizenLink delivery={entry} />,
    },
    {
      key: 'altered',
      named: true,
      header: t('developers.journal.altered'),
      cell: ({ kind, altered }) =>
        kind === 'deletion' ? t('developers.journal.deletion') : altered.map(names.key).join(', '),
    },
    { key: 'delivery', header: t('deliveries.one'), cell: (entry) => <DeliveryOf entry={entry} /> },
  ];
  return (
    <Card title={t('developers.journal.title')}>
      <QueryView query={journal}>
        {({ items, nextCursor }) => (
          <Stack gap="md">
            <Text size="sm">{t('developers.journal.text')}</Text>
            {items.length === 0 ? (
              <Text size="sm" c="dimmed">
                {t('developers.journal.none')}
              </Text>
            ) : (
              <DataTable
                label={t('developers.journal.title')}
                columns={columns}
                rows={items.toReversed()}
                rowKey={({ changeId }) => changeId}
              />
            )}
            <Text size="sm">{t('developers.journal.readOn', { cursor: nextCursor })}</Text>
            <CodeBlock
              label={t('developers.journal.command')}
              text={readOnCommand(integration, nextCursor)}
            />
          </Stack>
        )}
      </QueryView>
    </Card>
  );
}

function DeliveryOf({ entry: { delivery } }: { readonly entry: Entry }): ReactElement {
  const { t } = useTranslation();
  if (delivery === null) return <>{t('developers.journal.notSent')}</>;
  return (
    <Link to={`/deliveries/${delivery.id}`}>
      <StatusBadge status={delivery.status} />
    </Link>
  );
}
