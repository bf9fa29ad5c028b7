import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { QueryView } from '../../components/QueryView';
import { RelativeTime } from '../../components/Time';
import classes from './audit.module.css';
import { useAuditEvents } from './queries';
import { useAuditWords } from './words';

const MOST_SHOWN = 5;

/** What somebody did last, in short. */
export function LastActions({ actor }: { readonly actor: string }): ReactElement {
  const { t } = useTranslation();
  const words = useAuditWords();
  const events = useAuditEvents({ actor, limit: MOST_SHOWN });
  return (
    <QueryView query={events}>
      {({ items }) =>
        items.length === 0 ? (
          <Text mb="md">{t('audit.noActions')}</Text>
        ) : (
          <ul className={classes.actions}>
            {items.map(({ id, at, action, outcome, applicationId }) => (
              <li key={id}>
                <span>
                  {words.action(action)}
                  {outcome === 'refused' && ` – ${t('audit.outcomes.refused')}`}
                  {applicationId !== null && <span className={classes.kind}> {applicationId}</span>}
                </span>
                <span className={classes.kind}>
                  <RelativeTime at={at} />
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </QueryView>
  );
}
