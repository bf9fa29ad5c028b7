import { IconHistory } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/EmptyState';
import { ExportButton } from '../../components/ExportButton';
import { ListView } from '../../components/ListView';
import { Note } from '../../components/Note';
import { PageHeader } from '../../components/PageHeader';
import { useSession } from '../session/session';
import { AuditFilterBar } from './AuditFilterBar';
import { auditApi } from './api';
import { AuditTable } from './AuditTable';
import { useAuditFilters } from './filters';
import { useAuditEvents } from './queries';

export function AuditPage(): ReactElement {
  const { t } = useTranslation();
  const { state, query } = useAuditFilters();
  const { active, pages, set } = state;
  const events = useAuditEvents({ ...query, ...(pages.cursor !== undefined && { cursor: pages.cursor }) });
  const limited = Boolean(useSession().data?.applicationIds);
  return (
    <>
      <PageHeader title={t('audit.title')} subtitle={t('audit.subtitle')}>
        <ExportButton name="audit-events.csv" read={() => auditApi.export(query)} />
      </PageHeader>
      {limited && <Note tone="info">{t('audit.limited')}</Note>}
      <AuditFilterBar state={state} events={events.data?.items ?? []} />
      <ListView
        query={events}
        empty={
          <EmptyState
            icon={IconHistory}
            title={t(active ? 'common.nothingFound' : 'audit.emptyTitle')}
            text={t(active ? 'common.nothingFoundText' : 'audit.emptyText')}
          />
        }
        pages={pages}
      >
        {(items) => (
          <AuditTable
            events={items}
            onActor={(id) => set('actor', id)}
            onObject={(id) => set('objectId', id)}
          />
        )}
      </ListView>
    </>
  );
}
