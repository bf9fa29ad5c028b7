import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatRelative, formatTime } from './format';
import { useNow } from './use-now';

/** How long ago or ahead, with the exact time on hovering; kept up to date. */
export function RelativeTime({ at }: { readonly at: string }): ReactElement {
  const { i18n } = useTranslation();
  const now = useNow(Math.abs(Date.parse(at) - Date.now()) < 120_000 ? 1_000 : 30_000);
  return (
    <time dateTime={at} title={formatTime(at, i18n.language)}>
      {formatRelative(Date.parse(at), now, i18n.language)}
    </time>
  );
}

/** The exact time, in the reader's time zone. */
export function ExactTime({ at }: { readonly at: string }): ReactElement {
  const { i18n } = useTranslation();
  return <time dateTime={at}>{formatTime(at, i18n.language)}</time>;
}
