import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { isStale } from '../api/problem';
import { Note } from './Note';
import { useProblemText } from './use-problem-text';

interface ProblemProps {
  readonly error: Error | null;
  /** Paths that are shown at their fields already. */
  readonly shownAtFields?: (path: string) => boolean;
  /** Reads anew what somebody else has changed since it was shown; offered where a call was refused for that. */
  readonly onReload?: () => void;
}

/** Why a call was refused, except for problems that are shown at their fields. Nothing is shown without an error. */
export function Problem({ error, shownAtFields = () => false, onReload }: ProblemProps): ReactElement | null {
  const { t } = useTranslation();
  const text = useProblemText();
  if (!error) return null;
  const { message, fields } = text(error);
  const rest = fields.filter(({ path }) => !shownAtFields(path));
  return (
    <Note tone="bad" live>
      {message}
      {rest.length > 0 && (
        <ul>
          {rest.map(({ path, message: field }) => (
            <li key={path}>
              <code>{path}</code> {field}
            </li>
          ))}
        </ul>
      )}
      {onReload && isStale(error) && (
        <Button variant="default" size="xs" mt="xs" display="block" onClick={onReload}>
          {t('problem.reload')}
        </Button>
      )}
    </Note>
  );
}
