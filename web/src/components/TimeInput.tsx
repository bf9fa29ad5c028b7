import { TextInput, type TextInputProps } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatZone } from './format';

interface TimeInputProps extends Omit<TextInputProps, 'type' | 'label'> {
  readonly label: string;
  /** As the input writes it: `2026-01-31T12:00`, without a zone; empty: none. */
  readonly value?: string;
}

/** A moment, entered in the reader's own time zone, which stands beside the label. */
export function TimeInput({ label, ...props }: TimeInputProps): ReactElement {
  const { t, i18n } = useTranslation();
  const at = new Date(isTime(props.value ?? '') ? (props.value ?? '') : Date.now());
  const zone = formatZone(at, i18n.language);
  return <TextInput type="datetime-local" label={t('common.inZone', { label, zone })} {...props} />;
}

/** Whether a text, as of a link, is a time. */
export function isTime(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

/** A moment as the input takes it: the reader's time, without a zone. */
export function toLocalTime(at: string): string {
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
