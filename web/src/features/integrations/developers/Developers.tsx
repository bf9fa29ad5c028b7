import type { ReactElement } from 'react';
import type { Subscription } from '../../../api/types';
import layout from '../../../components/layout.module.css';
import { Offered } from '../../session/permission';
import { TestCard } from '../detail/TestCard';
import classes from '../integrations.module.css';
import { ApiCard } from './ApiCard';
import { JournalCard } from './JournalCard';
import { ReceiverCard } from './ReceiverCard';
import { ReplayCard } from './ReplayCard';
import { WebhookCard } from './WebhookCard';

/** What somebody needs who writes the receiver of an integration, in the order of their work. */
export function Developers({ integration }: { readonly integration: Subscription }): ReactElement {
  const { id, updateType } = integration;
  return (
    <div className={`${layout.columns} ${classes.columns}`}>
      <div className={layout.stack}>
        <ReceiverCard integration={integration} />
        <WebhookCard integration={integration} />
        {updateType !== 'citizen-emails' && (
          <Offered operation="readJournal">
            <JournalCard integration={integration} />
          </Offered>
        )}
        <Offered operation="getDeliveryPayload">
          <ReplayCard id={id} />
        </Offered>
      </div>
      <div className={layout.stack}>
        <Offered operation="testSubscription">
          <TestCard id={id} />
        </Offered>
        <ApiCard integration={integration} />
      </div>
    </div>
  );
}
