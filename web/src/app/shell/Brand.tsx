import type { ReactElement } from 'react';
import { Link } from 'react-router';
import logo from '../favicon.svg';
import classes from './Shell.module.css';

export function Brand(): ReactElement {
  return (
    <Link to="/integrations" className={classes.brand}>
      <img src={logo} alt="" width={28} height={28} />
      CPM Webhooks
    </Link>
  );
}
