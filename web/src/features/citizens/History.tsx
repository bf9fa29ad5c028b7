import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ListView } from '../../components/ListView';
import { usePages } from '../../components/pages';
import { ExactTime } from '../../components/Time';
import { StatusBadge } from '../deliveries/StatusBadge';
import type { Change } from './api';
import classes from './citizens.module.css';
import { useChanges } from './queries';
import { StateBadge } from './StateBadge';

/** Every change, the latest first, with where it was sent. */
export function History({ id }: { readonly id: string }): ReactElement {
  const { t } = useTranslation();
  const pages = usePages();
  const changes = useChanges(id, pages.cursor);
  return (
    <ListView query={changes} empty={<Text c="dimmed">{t('citizens.noHistory')}</Text>} pages={pages}>
      {(items) => (
        <ol className={classes.list}>
          {items.map((change) => (
            <li key={change.id}>
              <ChangeEntry change={change} />
            </li>
          ))}
        </ol>
      )}
    </ListView>
  );
}

function ChangeEntry({ change }: { readonly change: Change }): ReactElement {
  const { t } = useTranslation();
  const { sequence, kind, recordedAt, transactions, answers, deliveries } = change;
  return (
    <>
      <div className={classes.entry}>
        <strong>{t('citizens.change', { sequence })}</strong>
        <span className={classes.meta}>
          <ExactTime at={recordedAt} />
        </span>
      </div>
      {kind === 'transition' && <div className={classes.meta}>{t('citizens.transition')}</div>}
      {transactions.map(({ id, optionId, state, channel }) => (
        <div key={id} className={classes.entry}>
          <span>
            {optionId}
            {channel !== null && <span className={classes.meta}> · {channel}</span>}
          </span>
          <StateBadge state={state} />
        </div>
      ))}
      {answers.map(({ preference, choices }) => (
        <div key={preference}>
          {preference}: {choices.join(', ') || '–'}
        </div>
      ))}
      <div className={classes.badges}>
        {deliveries.length === 0 ? (
          <span className={classes.meta}>{t('citizens.noDeliveries')}</span>
        ) : (
          deliveries.map(({ id, updateType, status }) => (
            <Link key={id} to={`/deliveries/${id}`} title={t(`updateType.${updateType}.name`)}>
              <span className="visually-hidden">{t(`updateType.${updateType}.name`)}: </span>
              <StatusBadge status={status} />
            </Link>
          ))
        )}
      </div>
    </>
  );
}
