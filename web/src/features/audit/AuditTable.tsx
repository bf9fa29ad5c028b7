import { Anchor, UnstyledButton } from '@mantine/core';
import { IconBan, IconCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Badge } from '../../components/Badge';
import { DataTable, type Column } from '../../components/DataTable';
import { ExactTime } from '../../components/Time';
import type { AuditEvent } from './api';
import classes from './audit.module.css';
import { pageOfObject, useAuditWords } from './words';

interface AuditTableProps {
  readonly events: readonly AuditEvent[];
  readonly onActor: (id: string) => void;
  readonly onObject: (id: string) => void;
}

/** Events; caller and object lead to all others of theirs. */
export function AuditTable({ events, onActor, onObject }: AuditTableProps): ReactElement {
  const { t } = useTranslation();
  const words = useAuditWords();
  const columns: Column<AuditEvent>[] = [
    { key: 'at', header: t('audit.at'), cell: ({ at }) => <ExactTime at={at} /> },
    { key: 'actor', header: t('audit.actor'), cell: (event) => <Actor event={event} onActor={onActor} /> },
    { key: 'action', header: t('audit.action'), cell: ({ action }) => words.action(action) },
    { key: 'outcome', header: t('audit.outcome'), cell: (event) => <Outcome event={event} /> },
    {
      key: 'object',
      header: t('audit.object'),
      cell: (event) => <ObjectOf event={event} onObject={onObject} />,
    },
    { key: 'application', header: t('audit.application'), cell: ({ applicationId }) => applicationId },
    { key: 'address', header: t('audit.address'), cell: ({ address }) => address },
  ];
  return <DataTable label={t('audit.title')} columns={columns} rows={events} rowKey={({ id }) => id} />;
}

interface ActorProps {
  readonly event: AuditEvent;
  readonly onActor: (id: string) => void;
}

function Actor({ event, onActor }: ActorProps): ReactElement {
  const { t } = useTranslation();
  const name = useAuditWords().actor(event);
  const { actorId, actorKind } = event;
  if (actorKind === 'unknown' || actorId === null) return <span title={t('audit.unknownHelp')}>{name}</span>;
  return (
    <span className={classes.actor}>
      <UnstyledButton
        className={classes.filter ?? ''}
        title={t('audit.onlyBy', { name })}
        onClick={() => onActor(actorId)}
      >
        {name}
      </UnstyledButton>
      <span className={classes.kind}>{t(`audit.kinds.${actorKind}`)}</span>
    </span>
  );
}

/** Whether it was done, and why not. */
function Outcome({ event: { outcome, reason } }: { readonly event: AuditEvent }): ReactElement {
  const { t } = useTranslation();
  const words = useAuditWords();
  const refused = outcome === 'refused';
  return (
    <span className={classes.outcome}>
      <Badge tone={refused ? 'bad' : 'good'} icon={refused ? IconBan : IconCheck}>
        {t(`audit.outcomes.${outcome}`)}
      </Badge>
      {reason !== null && <span className={classes.kind}>{words.reason(reason)}</span>}
    </span>
  );
}

interface ObjectProps {
  readonly event: AuditEvent;
  readonly onObject: (id: string) => void;
}

function ObjectOf({ event, onObject }: ObjectProps): ReactElement | null {
  const { t } = useTranslation();
  const { objectId } = event;
  const page = pageOfObject(event);
  if (objectId === null) return null;
  return (
    <span className={classes.object}>
      <UnstyledButton
        className={classes.filter ?? ''}
        title={t('audit.onlyOf', { name: objectId })}
        onClick={() => onObject(objectId)}
      >
        <code>{objectId}</code>
      </UnstyledButton>
      {page !== undefined && (
        <Anchor component={Link} to={page} size="sm">
          {t('audit.open')}
        </Anchor>
      )}
    </span>
  );
}
