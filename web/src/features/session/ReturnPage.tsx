import { Anchor, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { answer, api } from '../../api/client';
import { Problem } from '../../components/Problem';
import { Entrance } from './Entrance';
import { takePage } from './return-page';
import { takeSession } from './session';

/** Somebody comes back from the identity provider: ends the log-in, and leads to the page that they wanted to see. */
export function ReturnPage(): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [given] = useState(() => new URLSearchParams(window.location.search));
  // The code must not stay in the history of the browser.
  useEffect(() => window.history.replaceState(window.history.state, '', window.location.pathname), []);
  const { data, error } = useQuery({
    queryKey: ['log-in', given.get('state')],
    queryFn: () => answer(api.POST('/v1/session/oidc/callback', { body: answerOf(given) })),
    retry: false,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (!data) return;
    takeSession(client, data);
    void navigate(takePage(), { replace: true });
  }, [client, data, navigate]);
  return (
    <Entrance title={t('session.loginTitle')} text={error ? '' : t('session.returning')}>
      {error && (
        <Stack>
          <Problem error={error} />
          <Anchor href="/">{t('session.toLogin')}</Anchor>
        </Stack>
      )}
    </Entrance>
  );
}

function answerOf(given: URLSearchParams): { state: string; code?: string; iss?: string; error?: string } {
  const parts = ['code', 'iss', 'error'].flatMap((name) => {
    const value = given.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { state: given.get('state') ?? '', ...Object.fromEntries(parts) };
}
