import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../components/Dialog';
import { SECOND_FACTOR_KEY } from './api';
import { SecondFactorSteps } from './SecondFactorSteps';

/** Sets a second factor up, in a dialog. */
export function SetUpSecondFactor({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [codesShown, setCodesShown] = useState(false);
  const close = (): void => {
    void client.invalidateQueries({ queryKey: SECOND_FACTOR_KEY });
    onClose();
  };
  return (
    <Dialog opened onClose={close} title={t('account.secondFactor')} holdsSecret={codesShown}>
      <SecondFactorSteps onCancel={close} onCodes={() => setCodesShown(true)} onDone={close} />
    </Dialog>
  );
}
