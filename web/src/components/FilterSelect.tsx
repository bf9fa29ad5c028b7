import { Select, type ComboboxItem } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';

interface FilterSelectProps {
  readonly label: string;
  /** The label stands above the field, not in it: for where it stands beside other labelled fields. */
  readonly labelAbove?: boolean;
  /** For long lists: what is typed narrows them. */
  readonly searchable?: boolean;
  readonly options: readonly ComboboxItem[];
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

/** A filter that takes one of a few values, or none. */
export function FilterSelect(props: FilterSelectProps): ReactElement {
  const { label, labelAbove = false, searchable = false, options, value, onChange } = props;
  const { t } = useTranslation();
  return (
    <Select
      {...(labelAbove
        ? { label, placeholder: t('common.all') }
        : { 'aria-label': label, placeholder: label })}
      clearable
      searchable={searchable}
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      data={options}
      value={value ?? null}
      onChange={onChange}
    />
  );
}
