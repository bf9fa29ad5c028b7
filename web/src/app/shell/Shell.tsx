import { Burger, Drawer } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigation } from 'react-router';
import { Note } from '../../components/Note';
import { useSession } from '../../features/session/session';
import { Brand } from './Brand';
import { HelpLink } from './HelpLink';
import { Navigation } from './Navigation';
import { Preferences } from './Preferences';
import { UserMenu } from './UserMenu';
import classes from './Shell.module.css';

/** Navigation beside the page; on a phone a button above the page opens it. */
export function Shell({ email }: { readonly email: string }): ReactElement {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const { pathname } = useLocation();
  const loading = useNavigation().state !== 'idle';
  const main = useRef<HTMLElement>(null);
  useFocusOnChange(main, pathname);
  useEffect(close, [pathname, close]);
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#main">
        {t('nav.skip')}
      </a>
      <header className={classes.bar}>
        <Burger
          opened={opened}
          onClick={toggle}
          size="sm"
          aria-label={t('nav.open')}
          aria-expanded={opened}
        />
        <Brand />
      </header>
      <aside className={classes.side}>
        <Brand />
        <Navigation />
        <div className={classes.foot}>
          <HelpLink />
          <Preferences />
          <UserMenu email={email} />
        </div>
      </aside>
      <Drawer
        opened={opened}
        onClose={close}
        size="280px"
        title={<Brand />}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <Navigation />
        <div className={classes.drawerFoot}>
          <HelpLink />
          <Preferences />
          <UserMenu email={email} />
        </div>
      </Drawer>
      <main id="main" className={classes.main} tabIndex={-1} ref={main} aria-busy={loading}>
        {loading && <div className={classes.progress} />}
        <PasswordNote />
        <Outlet />
      </main>
    </div>
  );
}

/** Asks for another password where the present one is guessed first. */
function PasswordNote(): ReactElement | null {
  const { t } = useTranslation();
  if (useSession().data?.passwordIsGuessable !== true) return null;
  return (
    <Note tone="warn">
      {t('session.guessable')} <Link to="/account">{t('account.changePassword')}</Link>
    </Note>
  );
}

/** Scrolls and moves the focus to the top of a new page. */
function useFocusOnChange(main: React.RefObject<HTMLElement | null>, pathname: string): void {
  const last = useRef(pathname);
  useEffect(() => {
    if (last.current === pathname) return;
    last.current = pathname;
    main.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [main, pathname]);
}
