import type { ReactElement } from 'react';
import { isTime, TimeInput, toLocalTime } from './TimeInput';

interface TimeFilterProps {
  readonly label: string;
  /** ISO 8601 with its zone, so that a link shows everybody the same. */
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

/** Filters by a moment. */
export function TimeFilter({ label, value, onChange }: TimeFilterProps): ReactElement {
  return (
    <TimeInput
      label={label}
      value={value !== undefined && isTime(value) ? toLocalTime(value) : ''}
      onChange={({ currentTarget: { value: text } }) =>
        onChange(isTime(text) ? new Date(text).toISOString() : null)
      }
    />
  );
}
