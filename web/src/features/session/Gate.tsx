import { Box } from '@mantine/core';
import { lazy, Suspense, useState, type ComponentType, type ReactElement } from 'react';
import { useLocation } from 'react-router';
import { PageFallback } from '../../app/PageFallback';
import { Shell } from '../../app/shell/Shell';
import { QueryView } from '../../components/QueryView';
import { EditsGuard } from '../../components/unsaved/EditsGuard';
import { OverPage } from './OverPage';
import { useSession, type Session } from './session';

/** Pages that people come to from outside, whoever is logged in. */
const OPEN_PAGES: Readonly<Record<string, ComponentType>> = {
  // Where links lead by which people set their passwords.
  '/set-password': lazy(async () => ({ default: (await import('./SetPasswordPage')).SetPasswordPage })),
  // Where the identity provider leads back to.
  '/log-in/callback': lazy(async () => ({ default: (await import('./ReturnPage')).ReturnPage })),
};

// The shell is not lazy: React shows what replaces a fallback 300 ms late, on every load of a page.
const LoginPage = lazy(async () => ({ default: (await import('./LoginPage')).LoginPage }));
const CodePage = lazy(async () => ({ default: (await import('./CodePage')).CodePage }));
const MissingFactorPage = lazy(async () => ({
  default: (await import('./MissingFactorPage')).MissingFactorPage,
}));
const SetupPage = lazy(async () => ({ default: (await import('./SetupPage')).SetupPage }));

/** Shows the pages to logged-in users only. The address stays, so a login leads to the page that was requested. */
export function Gate(): ReactElement {
  const session = useSession();
  const { pathname } = useLocation();
  // The second factor counts, and so the session may do everything, while its recovery codes are yet to be stored.
  const [codesShown, setCodesShown] = useState(false);
  const OpenPage = OPEN_PAGES[pathname];
  if (OpenPage) {
    return (
      <Suspense fallback={<PageFallback />}>
        <OpenPage />
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
  const { again, email = '' } = session.data;
  const present = again ?? session.data;
  const isIn = present.state === 'authenticated' && !codesShown;
  const wayIn = (
    <Suspense fallback={<PageFallback />}>
      <WayIn
        session={present}
        codesShown={codesShown}
        onCodes={() => setCodesShown(true)}
        onDone={() => setCodesShown(false)}
      />
    </Suspense>
  );
  if (!isIn && !again) return wayIn;
  return (
    <EditsGuard>
      <Shell key={email} email={email} />
      {!isIn && <OverPage>{wayIn}</OverPage>}
    </EditsGuard>
  );
}

interface WayInProps {
  readonly session: Session;
  readonly codesShown: boolean;
  readonly onCodes: () => void;
  readonly onDone: () => void;
}

/** The next step of whoever is not in yet. */
function WayIn({ session: { state, logInBy }, codesShown, ...steps }: WayInProps): ReactElement {
  switch (codesShown ? 'second-factor-missing' : state) {
    case 'authenticated':
    case 'second-factor-missing':
      return <MissingFactorPage {...steps} />;
    case 'setup':
      return <SetupPage logInBy={logInBy} />;
    case 'second-factor':
      return <CodePage />;
    case 'anonymous':
      return <LoginPage logInBy={logInBy} />;
  }
}
