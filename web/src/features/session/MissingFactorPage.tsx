import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { SESSION_KEY } from '../../app/query-client';
import { SecondFactorSteps } from '../account/SecondFactorSteps';
import { Entrance } from './Entrance';
import { useLogout } from './session';

interface MissingFactorPageProps {
  readonly onCodes: () => void;
  readonly onDone: () => void;
}

/** A second factor is a must, and whoever has logged in has none: they set one up before anything else. */
export function MissingFactorPage({ onCodes, onDone }: MissingFactorPageProps): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const abandon = useLogout();
  return (
    <Entrance title={t('account.secondFactor')} text={t('session.factorMissing')}>
      <SecondFactorSteps
        onCancel={() => abandon.mutate()}
        onCodes={onCodes}
        onDone={() => void client.invalidateQueries({ queryKey: SESSION_KEY }).then(onDone)}
      />
    </Entrance>
  );
}
