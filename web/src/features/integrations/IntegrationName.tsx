import { Anchor } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import classes from './integrations.module.css';

/** An integration as what is about it names it. */
interface NamedIntegration {
  readonly subscriptionId: string;
  readonly subscriptionName: string;
  readonly subscriptionDeleted: boolean;
}

/** What people call an integration; of a deleted one it says so. */
export function IntegrationName({
  of: { subscriptionName, subscriptionDeleted },
}: {
  readonly of: NamedIntegration;
}): ReactElement {
  const { t } = useTranslation();
  if (!subscriptionDeleted) return <>{subscriptionName}</>;
  return (
    <>
      {subscriptionName} <span className={classes.quiet}>({t('integrations.deleted')})</span>
    </>
  );
}

/** The same as a link to its page, which a deleted one has no more. */
export function IntegrationLink({ of }: { readonly of: NamedIntegration }): ReactElement {
  if (of.subscriptionDeleted) return <IntegrationName of={of} />;
  return (
    <Anchor component={Link} to={`/integrations/${of.subscriptionId}`} fz="inherit">
      <IntegrationName of={of} />
    </Anchor>
  );
}
