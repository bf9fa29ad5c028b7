import {
  IconAdjustmentsAlt,
  IconBell,
  IconBook2,
  IconHistory,
  IconKey,
  IconLayoutDashboard,
  IconListDetails,
  IconMail,
  IconUsers,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { OpenAlerts } from '../../features/alerts/OpenAlerts';
import { useMayCall } from '../../features/session/permission';
import classes from './Shell.module.css';

const GROUPS = [
  {
    name: 'delivery',
    links: [
      ['overview', IconLayoutDashboard],
      ['integrations', IconWebhook],
      ['deliveries', IconListDetails],
      ['alerts', IconBell],
    ],
  },
  {
    name: 'consent',
    links: [
      ['citizens', IconUsers],
      ['catalogue', IconBook2],
      ['templates', IconMail],
    ],
  },
  {
    name: 'access',
    links: [
      ['api-keys', IconKey],
      ['audit', IconHistory],
      ['account', IconAdjustmentsAlt],
    ],
  },
] as const satisfies readonly { name: string; links: readonly (readonly [string, Icon])[] }[];

export function Navigation(): ReactElement {
  const { t } = useTranslation();
  const maySeeKeys = useMayCall('listApiKeys');
  return (
    <nav aria-label={t('nav.main')}>
      {GROUPS.map(({ name, links }) => (
        <div key={name}>
          <div className={classes.section} aria-hidden>
            {t(`nav.${name}`)}
          </div>
          <ul className={classes.nav} aria-label={t(`nav.${name}`)}>
            {links
              .filter(([path]) => path !== 'api-keys' || maySeeKeys)
              .map(([path, LinkIcon]) => (
                <li key={path}>
                  <NavLink to={`/${path}`} className={classes.link ?? ''}>
                    <LinkIcon size={19} stroke={1.7} aria-hidden />
                    {t(`nav.${path}`)}
                    {path === 'alerts' && <OpenAlerts />}
                  </NavLink>
                </li>
              ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}
