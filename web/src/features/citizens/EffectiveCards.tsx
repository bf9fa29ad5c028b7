import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconCode, IconList } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';
import { CodeBlock } from '../../components/CodeBlock';
import { formatJson } from '../../components/format';
import { QueryView } from '../../components/QueryView';
import { ExactTime } from '../../components/Time';
import { useCatalogueNames } from '../catalogue/names';
import type { Citizen, EffectivePermissions } from './api';
import classes from './citizens.module.css';
import { useEffective } from './queries';
import { StateBadge } from './StateBadge';

/** What is in effect, as a list or as the body of the webhook. */
export function EffectiveCards({ citizen }: { readonly citizen: Citizen }): ReactElement {
  const { t } = useTranslation();
  const effective = useEffective(citizen);
  const [asJson, { toggle }] = useDisclosure();
  const view = (
    <Button
      variant="default"
      size="xs"
      leftSection={asJson ? <IconList size={16} /> : <IconCode size={16} />}
      onClick={toggle}
    >
      {t(asJson ? 'citizens.asList' : 'citizens.asJson')}
    </Button>
  );
  return (
    <QueryView query={effective}>
      {(found) =>
        asJson ? (
          <Card title={t('citizens.effective')} aside={view}>
            <CodeBlock label={t('citizens.effective')} text={formatJson(found)} />
          </Card>
        ) : (
          <>
            <Card title={t('citizens.permissions')} aside={view}>
              <Permissions of={found} />
            </Card>
            <Card title={t('citizens.preferences')}>
              <Preferences of={found} />
            </Card>
          </>
        )
      }
    </QueryView>
  );
}

function Permissions({
  of: { applicationId, permissions },
}: {
  readonly of: EffectivePermissions;
}): ReactElement {
  const { t } = useTranslation();
  const names = useCatalogueNames(applicationId);
  if (permissions.length === 0) return <Text c="dimmed">{t('citizens.noPermissions')}</Text>;
  return (
    <ul className={classes.list}>
      {permissions.map(
        ({ transactionId, optionType, optionId, justification, state, channel, obtainedAt, validUntil }) => (
          <li key={transactionId}>
            <div className={classes.entry}>
              <strong>{names.permission(optionType, optionId)}</strong>
              <StateBadge state={state ?? ''} />
            </div>
            <div className={classes.meta}>
              {t(`citizens.justifications.${justification as 'consent'}`)}
              {channel !== null && ` · ${channel}`} · <ExactTime at={obtainedAt} />
              {validUntil !== null && (
                <>
                  {' · '}
                  {t('citizens.until')} <ExactTime at={validUntil} />
                </>
              )}
            </div>
          </li>
        ),
      )}
    </ul>
  );
}

function Preferences({ of: { preferences } }: { readonly of: EffectivePermissions }): ReactElement {
  const { t } = useTranslation();
  if (preferences.length === 0) return <Text c="dimmed">{t('citizens.noPreferences')}</Text>;
  return (
    <ul className={classes.list}>
      {preferences.map(({ preference, label, choices, updatedAt }) => (
        <li key={preference}>
          <strong>{label ?? preference}</strong>
          <div>{choices.map((choice) => choice.label ?? choice.reference).join(', ') || '–'}</div>
          <div className={classes.meta}>
            <ExactTime at={updatedAt} />
          </div>
        </li>
      ))}
    </ul>
  );
}
