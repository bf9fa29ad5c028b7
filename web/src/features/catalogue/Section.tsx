import { ActionIcon, Button, Group } from '@mantine/core';
import { IconPencil, IconPlus, IconTags, IconTrash } from '@tabler/icons-react';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { DataTable, type Column } from '../../components/DataTable';
import { EmptyState } from '../../components/EmptyState';
import { QueryView } from '../../components/QueryView';
import { Offered, useMayCall } from '../session/permission';
import { catalogueApi, type Kind, type Kinds } from './api';
import { EntryDialog } from './EntryDialog';
import { DEFINITIONS, type KindDefinition } from './kinds';
import { useCatalogueChange, useEntries } from './queries';
import classes from './catalogue.module.css';

interface SectionProps<K extends Kind> {
  readonly kind: K;
  readonly applicationId: string;
}

/** The entries of one kind, with ways to add, change and delete them. */
export function Section<K extends Kind>({ kind, applicationId }: SectionProps<K>): ReactElement {
  const { t } = useTranslation();
  const definition: KindDefinition<K> = DEFINITIONS[kind];
  const entries = useEntries(kind, applicationId);
  const [edited, setEdited] = useState<Kinds[K]['view'] | 'new'>();
  const [doomed, setDoomed] = useState<Kinds[K]['view']>();
  const remove = useCatalogueChange((id: string) => catalogueApi.remove(kind, applicationId, id));
  const columns = useColumns(definition, setEdited, setDoomed);
  const add = (
    <Offered operation={definition.calls.put}>
      <Button leftSection={<IconPlus size={18} />} onClick={() => setEdited('new')}>
        {t(`catalogue.add.${kind}`)}
      </Button>
    </Offered>
  );
  return (
    <>
      <QueryView query={entries}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              icon={IconTags}
              title={t('catalogue.noEntries')}
              text={t(`catalogue.explain.${kind}`)}
            >
              {add}
            </EmptyState>
          ) : (
            <>
              <div className={classes.sectionHead}>
                <p>{t(`catalogue.explain.${kind}`)}</p>
                {add}
              </div>
              <DataTable
                label={t(`catalogue.sections.${kind}`)}
                columns={columns}
                rows={items}
                rowKey={definition.idOf}
              />
            </>
          )
        }
      </QueryView>
      {edited !== undefined && (
        <EntryDialog
          kind={kind}
          applicationId={applicationId}
          id={edited === 'new' ? undefined : definition.idOf(edited)}
          onClose={() => setEdited(undefined)}
        />
      )}
      <ConfirmDialog
        opened={doomed !== undefined}
        title={t('catalogue.deleteTitle')}
        action={t('common.delete')}
        danger
        pending={remove.isPending}
        error={remove.error}
        onClose={() => {
          setDoomed(undefined);
          remove.reset();
        }}
        onConfirm={() =>
          doomed && remove.mutate(definition.idOf(doomed), { onSuccess: () => setDoomed(undefined) })
        }
      >
        {doomed && t('catalogue.deleteText', { name: definition.nameOf(doomed) })}
      </ConfirmDialog>
    </>
  );
}

function useColumns<K extends Kind>(
  { calls, nameOf, idOf, detailOf }: KindDefinition<K>,
  onEdit: (entry: Kinds[K]['view']) => void,
  onDelete: (entry: Kinds[K]['view']) => void,
): Column<Kinds[K]['view']>[] {
  const { t } = useTranslation();
  const may = [useMayCall(calls.put), useMayCall(calls.remove)].includes(true);
  const detail = (of: NonNullable<typeof detailOf>): Column<Kinds[K]['view']> => ({
    key: 'detail',
    header: t('catalogue.details'),
    cell: (row) => <span className={classes.detail}>{of(row)}</span>,
  });
  const actions: Column<Kinds[K]['view']> = {
    key: 'actions',
    header: t('common.actions'),
    align: 'right',
    cell: (row) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Offered operation={calls.put}>
          <ActionIcon
            variant="default"
            aria-label={t('common.editOf', { name: nameOf(row) })}
            onClick={() => onEdit(row)}
          >
            <IconPencil size={16} />
          </ActionIcon>
        </Offered>
        <Offered operation={calls.remove}>
          <ActionIcon
            variant="default"
            aria-label={t('common.deleteOf', { name: nameOf(row) })}
            onClick={() => onDelete(row)}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Offered>
      </Group>
    ),
  };
  return [
    { key: 'name', header: t('catalogue.name'), cell: (row) => <strong>{nameOf(row)}</strong> },
    { key: 'id', header: t('catalogue.id'), cell: (row) => <code>{idOf(row)}</code> },
    ...(detailOf ? [detail(detailOf)] : []),
    ...(may ? [actions] : []),
  ];
}
