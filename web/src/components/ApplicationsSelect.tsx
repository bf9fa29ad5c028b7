import { MultiSelect } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useApplications } from '../features/catalogue/queries';

interface ApplicationsSelectProps {
  readonly value?: string[];
  readonly onChange: (ids: string[]) => void;
  readonly error?: ReactNode;
  /** In place of a visible label. */
  readonly 'aria-label'?: string;
  readonly disabled?: boolean;
}

/** The applications that a key or a person is for; none chosen: all. */
export function ApplicationsSelect({
  'aria-label': ariaLabel,
  value = [],
  ...props
}: ApplicationsSelectProps): ReactElement {
  const { t } = useTranslation();
  const applications = useApplications().data?.items ?? [];
  const naming =
    ariaLabel === undefined
      ? { label: t('apiKeys.applications'), description: t('apiKeys.applicationsHelp') }
      : { 'aria-label': ariaLabel };
  return (
    <MultiSelect
      {...naming}
      placeholder={value.length === 0 ? t('apiKeys.allApplications') : ''}
      data={applications.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      {...props}
    />
  );
}
