import { MultiSelect, Select, type ComboboxItem } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldRow } from '../../../components/FieldRow';
import type { Preference } from '../../catalogue/api';
import { useEntries } from '../../catalogue/queries';
import type { RecordFormState } from './use-record-form';

/** An answer to a preference; not shown where the catalogue has none. */
export function PreferenceFields({ form }: { readonly form: RecordFormState }): ReactElement | null {
  const { t } = useTranslation();
  const { applicationId, preference, choices } = form.values;
  const preferences = useEntries('preferences', applicationId).data?.items ?? [];
  if (preferences.length === 0) return null;
  const chosen = preferences.find(({ reference }) => reference === preference);
  const choicesOf = (of: Preference): { label: string; data: ComboboxItem[]; error: ReactNode } => ({
    label: t('citizens.record.choices'),
    data: of.choices.map(({ reference, label }) => ({ value: reference, label })),
    error: form.errors['preferences.0.choices'],
  });
  return (
    <FieldRow>
      <Select
        label={t('citizens.record.preference')}
        placeholder={t('common.choose')}
        clearable
        clearButtonProps={{ 'aria-label': t('common.clear') }}
        data={preferences.map(({ reference, label }) => ({ value: reference, label }))}
        value={preference || null}
        onChange={(value) => {
          form.setFieldValue('preference', value ?? '');
          form.setFieldValue('choices', []);
        }}
      />
      {chosen?.type === 'single' && (
        <Select
          {...choicesOf(chosen)}
          allowDeselect={false}
          value={choices[0] ?? null}
          onChange={(value) => form.setFieldValue('choices', value === null ? [] : [value])}
        />
      )}
      {chosen?.type === 'multiple' && (
        <MultiSelect
          {...choicesOf(chosen)}
          value={choices}
          onChange={(value) => form.setFieldValue('choices', value)}
        />
      )}
    </FieldRow>
  );
}
