import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Subscription } from '../../api/types';
import { asSentence } from '../../components/format';
import { Note } from '../../components/Note';
import { RelativeTime } from '../../components/Time';
import { translateReasons } from '../../i18n/reasons';

interface NoTokenNoteProps {
  readonly missing: NonNullable<Subscription['health']['noAccessToken']>;
  /** What can be done. */
  readonly children?: ReactNode;
}

/** Why nothing is sent for want of an access token, and when one is asked for again. */
export function NoTokenNote({ missing, children }: NoTokenNoteProps): ReactElement {
  const { t } = useTranslation();
  const error = asSentence(translateReasons(missing.error, missing.errorCodes));
  return (
    <Note tone="bad">
      <strong>{t('integrations.noTokenTitle')}</strong> {t('integrations.noTokenText', { error })}{' '}
      <RelativeTime at={missing.nextTryAt} />.{children}
    </Note>
  );
}
