import { Button, Text } from '@mantine/core';
import { IconLogout } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLeave } from '../../components/unsaved/leaving';
import { useLogout, useSession } from '../../features/session/session';

export function UserMenu({ email }: { readonly email: string }): ReactElement {
  const { t } = useTranslation();
  const logout = useLogout();
  const leave = useLeave();
  const role = useSession().data?.role;
  return (
    <>
      <Text size="sm" c="dimmed" px="sm" truncate title={email}>
        {email}
      </Text>
      {role && (
        <Text size="xs" c="dimmed" px="sm">
          {t(`account.roles.${role}`)}
        </Text>
      )}
      <Button
        variant="subtle"
        color="gray"
        c="var(--app-quiet)"
        justify="flex-start"
        leftSection={<IconLogout size={18} stroke={1.7} />}
        loading={logout.isPending}
        onClick={() => leave(() => logout.mutate())}
      >
        {t('session.logout')}
      </Button>
    </>
  );
}
