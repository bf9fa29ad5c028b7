import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FilterSelect } from '../../components/FilterSelect';
import { useApplications } from './queries';

interface ApplicationFilterProps {
  readonly value: string | undefined;
  readonly onChange: (applicationId: string | null) => void;
}

/** Filters a list by application; not shown where there is nothing to choose. */
export function ApplicationFilter({ value, onChange }: ApplicationFilterProps): ReactElement | null {
  const { t } = useTranslation();
  const applications = useApplications().data?.items ?? [];
  if (applications.length <= 1) return null;
  return (
    <FilterSelect
      label={t('catalogue.application')}
      options={applications.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
    />
  );
}
