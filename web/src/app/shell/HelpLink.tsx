import { IconHelp } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { HELP_PAGES } from './help-pages';
import classes from './Shell.module.css';

/** Leads to the page of the help that is about the present one; beside it, so that nothing that was typed is lost. */
export function HelpLink(): ReactElement {
  const { t } = useTranslation();
  const place = useLocation().pathname.split('/')[1] ?? '';
  return (
    <a className={classes.link} href={`/help/${HELP_PAGES[place] ?? ''}`} target="_blank" rel="noreferrer">
      <IconHelp size={19} stroke={1.7} aria-hidden />
      {t('nav.help')}
    </a>
  );
}
