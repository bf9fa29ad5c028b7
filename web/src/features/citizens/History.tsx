import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ListView } from '../../components/ListView';
import { usePages } from '../../components/pages';
import { ExactTime } from '../../components/Time';
import { useCatalogueNames, type CatalogueNames } from '../catalogue/names';
import { StatusBadge } from '../deliveries/StatusBadge';
import { IntegrationName } from '../integrations/IntegrationName';
import type { Change, Citizen } from './api';
import classes from './citizens.module.css';
import { useChanges } from './queries';
import { StateBadge } from './StateBadge';

/** Every change, the latest first, with where it was sent. */
export function History({ citizen: { id, applicationId } }: { readonly citizen: Citizen }): ReactElement {
  const { t } = useTranslation();
  const pages = usePages('history');
  const changes = useChanges(id, pages.cursor);
  const names = useCatalogueNames(applicationId);
  return (
    <ListView query={changes} empty={<Text c="dimmed">{t('citizens.noHistory')}</Text>} pages={pages}>
      {(items) => (
        <ol className={classes.list}>
          {items.map((change) => (
            <li key={change.id}>
              <ChangeEntry change={change} names={names} />
            </li>
          ))}
        </ol>
      )}
    </ListView>
  );
}

interface ChangeEntryProps {
  readonly change: Change;
  readonly names: CatalogueNames;
}

function ChangeEntry({ change, names }: ChangeEntryProps): ReactElement {
  const { t } = useTranslation();
  const { sequence, kind, altered, recordedAt, transactions, answers, deliveries } = change;
  return (
    <>
      <div className={classes.entry}>
        <strong>{t('citizens.change', { sequence })}</strong>
        <span className={classes.meta}>
          <ExactTime at={recordedAt} />
        </span>
      </div>
      {kind === 'transition' && (
        <>
          <div className={classes.meta}>{t('citizens.transition')}</div>
          <div>{altered.map(names.key).join(', ')}</div>
        </>
      )}
      {transactions.map(({ id, optionType, optionId, state, channel }) => (
        <div key={id} className={classes.entry}>
          <span>
            {names.permission(optionType, optionId)}
            {channel !== null && <span className={classes.meta}> · {channel}</span>}
          </span>
          <StateBadge state={state} />
        </div>
      ))}
      {answers.map(({ preference, choices }) => (
        <div key={preference}>
          {names.preference(preference)}:{' '}
          {choices.map((choice) => names.choice(preference, choice)).join(', ') || '–'}
        </div>
      ))}
      <Deliveries of={deliveries} />
    </>
  );
}

/** Which integrations were told of a change, and how far that is. */
function Deliveries({ of: deliveries }: { readonly of: Change['deliveries'] }): ReactElement {
  const { t } = useTranslation();
  if (deliveries.length === 0) return <div className={classes.meta}>{t('citizens.noDeliveries')}</div>;
  return (
    <ul className={classes.deliveries}>
      {deliveries.map((delivery) => (
        <li key={delivery.id}>
          <Link to={`/deliveries/${delivery.id}`} title={t(`updateType.${delivery.updateType}.name`)}>
            <span>
              <IntegrationName of={delivery} />
            </span>{' '}
            <StatusBadge status={delivery.status} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
