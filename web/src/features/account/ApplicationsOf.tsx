import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApplicationsSelect } from '../../components/ApplicationsSelect';
import { notifyDone } from '../../components/notify';
import { useProblemText } from '../../components/use-problem-text';
import { accountApi, type Administrator } from './api';

/** The applications that exist for an administrator; a choice holds at once. */
export function ApplicationsOf({ administrator }: { readonly administrator: Administrator }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const { id, email, applicationIds } = administrator;
  const change = useMutation({
    mutationFn: (ids: string[]) => accountApi.change(id, { applicationIds: ids.length === 0 ? null : ids }),
    onSuccess: () => {
      notifyDone(t('account.applicationsChanged', { email }));
      void client.invalidateQueries({ queryKey: ['administrators'] });
    },
  });
  return (
    <ApplicationsSelect
      aria-label={t('account.applicationsOf', { email })}
      value={applicationIds ?? []}
      disabled={change.isPending || administrator.logsInWith === 'identity-provider'}
      error={change.error && problemText(change.error).message}
      onChange={(ids) => change.mutate(ids)}
    />
  );
}
