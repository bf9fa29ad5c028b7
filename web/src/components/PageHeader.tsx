import { Anchor, Title } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useEffect, type ReactElement, type ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './components.module.css';

interface PageHeaderProps {
  readonly title: string;
  readonly subtitle?: ReactNode;
  /** Stands beside the title. */
  readonly badge?: ReactNode;
  readonly back?: { readonly to: string; readonly label: string };
  /** Buttons. */
  readonly children?: ReactNode;
}

/** A page's title, also in the browser's tab, with what can be done there. */
export function PageHeader({ title, subtitle, badge, back, children }: PageHeaderProps): ReactElement {
  useEffect(() => {
    document.title = `${title} · CPM Webhooks`;
  }, [title]);
  return (
    <div className={classes.pageHeader}>
      <div className={classes.pageTitle}>
        {back && (
          <Anchor component={Link} to={back.to} size="sm" className={classes.back ?? ''}>
            <IconChevronLeft size={16} aria-hidden />
            {back.label}
          </Anchor>
        )}
        <div className={classes.titleRow}>
          <Title order={1} size="h2">
            {title}
          </Title>
          {badge}
        </div>
        {subtitle !== undefined && <div className={classes.subtitle}>{subtitle}</div>}
      </div>
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </div>
  );
}
