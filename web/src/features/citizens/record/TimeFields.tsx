import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldRow } from '../../../components/FieldRow';
import { TimeInput } from '../../../components/TimeInput';
import type { RecordFormState } from './use-record-form';

/** When a permission was given, and from when until when it holds. */
export function TimeFields({ form }: { readonly form: RecordFormState }): ReactElement {
  const { t } = useTranslation();
  return (
    <FieldRow>
      {(['validFrom', 'validUntil', 'obtainedAt'] as const).map((name) => (
        <TimeInput
          key={name}
          label={t(`citizens.record.${name}`)}
          description={t(`citizens.record.${name}Help`)}
          {...form.getInputProps(name)}
          error={form.errors[`changes.0.${name}`]}
        />
      ))}
    </FieldRow>
  );
}
