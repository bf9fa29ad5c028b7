import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { answer, api } from '../../api/client';
import { Problem } from '../../components/Problem';
import { useIsOverPage } from './OverPage';
import { rememberPage } from './return-page';

interface ProviderButtonProps {
  readonly name: string;
  readonly isOnlyWay: boolean;
}

/** Leads to the identity provider, which leads back. Over a page with edits it does so in another tab: that page sees the new session. */
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
  const variant = isOnlyWay ? 'filled' : 'default';
  if (useIsOverPage())
    return (
      <Button component="a" href="/" target="_blank" rel="noreferrer" variant={variant} fullWidth>
        {t('session.loginInOtherTab', { name })}
      </Button>
    );
  return (
    <Stack>
      <Problem error={begin.error} />
      <Button
        variant={variant}
        loading={begin.isPending || begin.isSuccess}
        onClick={() => begin.mutate()}
        fullWidth
      >
        {t('session.loginWith', { name })}
      </Button>
    </Stack>
  );
}
