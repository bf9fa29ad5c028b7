import { Title } from '@mantine/core';
import { useEffect, type ReactElement, type ReactNode } from 'react';
import logo from '../../app/favicon.svg';
import { Preferences } from '../../app/shell/Preferences';
import { useIsOverPage } from './OverPage';
import classes from './Entrance.module.css';

interface EntranceProps {
  readonly title: string;
  readonly text: string;
  readonly children: ReactNode;
}

/** The frame of the pages before the login. Over another page it keeps that one's title, and has no menus: they would open behind it. */
export function Entrance({ title, text, children }: EntranceProps): ReactElement {
  const isOverPage = useIsOverPage();
  useEffect(() => {
    if (!isOverPage) document.title = `${title} · CPM Webhooks`;
  }, [title, isOverPage]);
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <img src={logo} alt="" width={40} height={40} />
          <span>CPM Webhooks</span>
        </div>
        <Title order={1} size="h3">
          {title}
        </Title>
        <p className={classes.text}>{text}</p>
        {children}
      </div>
      {!isOverPage && <Preferences />}
    </main>
  );
}
