import type { ReactElement } from 'react';
import { Note } from './Note';
import { useProblemText } from './use-problem-text';

interface ProblemProps {
  readonly error: Error | null;
  /** Paths that are shown at their fields already. */
  readonly shownAtFields?: (path: string) => boolean;
}

/** Why a call was refused, except for problems that are shown at their fields. Nothing is shown without an error. */
export function Problem({ error, shownAtFields = () => false }: ProblemProps): ReactElement | null {
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
    </Note>
  );
}
