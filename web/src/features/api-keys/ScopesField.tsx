import { Checkbox } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './api-keys.module.css';
import { SCOPES } from './scopes';

interface ScopesFieldProps {
  readonly value?: string[];
  readonly onChange: (scopes: string[]) => void;
  readonly error?: ReactNode;
}

/** What a key may do, in words. */
export function ScopesField(props: ScopesFieldProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Checkbox.Group
      label={t('apiKeys.scopesLabel')}
      description={t('apiKeys.scopesHelp')}
      required
      {...props}
    >
      <div className={classes.scopes}>
        {SCOPES.map(({ scope, words }) => (
          <Checkbox key={scope} value={scope} label={t(words)} />
        ))}
      </div>
    </Checkbox.Group>
  );
}
