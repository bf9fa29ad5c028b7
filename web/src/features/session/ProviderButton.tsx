import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { answer, api } from '../../api/client';
import { Problem } from '../../components/Problem';
import { rememberPage } from './return-page';

interface ProviderButtonProps {
  readonly name: string;
  readonly isOnlyWay: boolean;
}

/** Leads to the identity provider, which leads back. */
export function ProviderButton({ name, isOnlyWay }: ProviderButtonProps): ReactElement {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const begin = useMutation({
    mutationFn: () => answer(api.POST('/v1/session/oidc')),
    onSuccess: ({ url }) => {
      rememberPage(pathname + search);
      window.location.assign(url);
    },
  });
  return (
    <Stack>
      <Problem error={begin.error} />
      <Button
        variant={isOnlyWay ? 'filled' : 'default'}
        loading={begin.isPending || begin.isSuccess}
        onClick={() => begin.mutate()}
        fullWidth
      >
        {t('session.loginWith', { name })}
      </Button>
    </Stack>
  );
}
