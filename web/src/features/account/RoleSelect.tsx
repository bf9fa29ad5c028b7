import { Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { notifyDone } from '../../components/notify';
import { useProblemText } from '../../components/use-problem-text';
import { accountApi, ROLES, type Administrator, type Role } from './api';

/** What an administrator may do; choosing another role gives it to them at once. */
export function RoleSelect({ administrator }: { readonly administrator: Administrator }): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const problemText = useProblemText();
  const { id, email, role } = administrator;
  const change = useMutation({
    mutationFn: (chosen: Role) => accountApi.change(id, { role: chosen }),
    onSuccess: () => {
      notifyDone(t('account.roleChanged', { email }));
      void client.invalidateQueries({ queryKey: ['administrators'] });
      void client.invalidateQueries({ queryKey: ['session'] });
    },
  });
  return (
    <Select
      aria-label={t('account.roleOf', { email })}
      miw="9rem"
      data={ROLES.map((value) => ({ value, label: t(`account.roleNames.${value}`) }))}
      renderOption={({ option }) => t(`account.roles.${option.value}`)}
      comboboxProps={{ width: 'max-content', position: 'bottom-start' }}
      value={role}
      allowDeselect={false}
      disabled={change.isPending || administrator.logsInWith === 'identity-provider'}
      error={change.error && problemText(change.error).message}
      onChange={(chosen) => chosen !== null && chosen !== role && change.mutate(chosen)}
    />
  );
}
