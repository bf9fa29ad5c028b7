import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';

interface TimeFilterProps {
  readonly label: string;
  /** ISO 8601 with its zone, so that a link shows everybody the same. */
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

/** A moment, entered in the reader's own time zone. */
export function TimeFilter({ label, value, onChange }: TimeFilterProps): ReactElement {
  return (
    <TextInput
      type="datetime-local"
      label={label}
      value={value !== undefined && isTime(value) ? localTime(value) : ''}
      onChange={({ currentTarget: { value: text } }) =>
        onChange(isTime(text) ? new Date(text).toISOString() : null)
      }
    />
  );
}

/** Whether a text, as of a link, is a time. */
export function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** As the input takes it: the reader's time, without a zone. */
function localTime(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
