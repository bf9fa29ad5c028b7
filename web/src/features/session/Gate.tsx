import { Box } from '@mantine/core';
import { lazy, Suspense, type ReactElement } from 'react';
import { useLocation } from 'react-router';
import { PageFallback } from '../../app/PageFallback';
import { Shell } from '../../app/shell/Shell';
import { QueryView } from '../../components/QueryView';
import { useSession, type Session } from './session';

/** Where links lead by which people set their passwords. */
const SET_PASSWORD_PATH = '/set-password';

// The shell is not lazy: React shows what replaces a fallback 300 ms late, on every load of a page.
const LoginPage = lazy(async () => ({ default: (await import('./LoginPage')).LoginPage }));
const SetPasswordPage = lazy(async () => ({ default: (await import('./SetPasswordPage')).SetPasswordPage }));
const SetupPage = lazy(async () => ({ default: (await import('./SetupPage')).SetupPage }));

/** Shows the pages to logged-in users only. The address stays, so a login leads to the page that was requested. */
export function Gate(): ReactElement {
  const session = useSession();
  const { pathname } = useLocation();
  if (pathname === SET_PASSWORD_PATH) {
    return (
      <Suspense fallback={<PageFallback />}>
        <SetPasswordPage />
      </Suspense>
    );
  }
  if (!session.data) {
    return (
      <Box p="xl">
        <QueryView query={session} skeleton={<PageFallback />}>
          {() => null}
        </QueryView>
      </Box>
    );
  }
  return <Suspense fallback={<PageFallback />}>{inside(session.data)}</Suspense>;
}

function inside({ state, email }: Session): ReactElement {
  switch (state) {
    case 'authenticated':
      return <Shell email={email ?? ''} />;
    case 'setup':
      return <SetupPage />;
    case 'anonymous':
      return <LoginPage />;
  }
}
