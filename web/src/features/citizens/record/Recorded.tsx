import { Anchor, Button, Group, List, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Note } from '../../../components/Note';
import { useIntegrationName } from '../../integrations/queries';
import type { RecordedChange } from '../api';

interface RecordedProps {
  readonly change: RecordedChange;
  readonly onClose: () => void;
  readonly onAgain: () => void;
}

/** The result of a recorded change: the deliveries that were started. */
export function Recorded({ change, onClose, onAgain }: RecordedProps): ReactElement {
  const { t } = useTranslation();
  const { citizenId, deliveries } = change;
  return (
    <Stack>
      <Note tone="good" live>
        {t('citizens.record.done', { count: deliveries.length })}
      </Note>
      {deliveries.length > 0 && (
        <List>
          {deliveries.map(({ id, subscriptionId }) => (
            <List.Item key={id}>
              <Anchor component={Link} to={`/deliveries/${id}`}>
                <DeliveryName subscriptionId={subscriptionId} />
              </Anchor>
            </List.Item>
          ))}
        </List>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onAgain}>
          {t('citizens.record.again')}
        </Button>
        <Button component={Link} to={`/citizens/${citizenId}`} onClick={onClose}>
          {t('citizens.record.show')}
        </Button>
      </Group>
    </Stack>
  );
}

function DeliveryName({ subscriptionId }: { readonly subscriptionId: string }): ReactElement {
  const { t } = useTranslation();
  return <>{t('citizens.record.deliveryTo', { name: useIntegrationName(subscriptionId) ?? '…' })}</>;
}
