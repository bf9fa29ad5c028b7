import type { UseFormReturnType } from '@mantine/form';
import { useEffect } from 'react';
import { useApplications } from './queries';

/** Where nothing is chosen yet, chooses the only application there is. Nobody has edited the form by that. */
export function useOnlyApplication<T extends { readonly applicationId: string }>(
  form: UseFormReturnType<T>,
): void {
  const applications = useApplications().data?.items;
  const only = applications?.length === 1 ? applications[0]?.id : undefined;
  const chosen = form.values.applicationId;
  const { getInitialValues, setInitialValues, setValues } = form;
  useEffect(() => {
    if (only === undefined || chosen !== '') return;
    setInitialValues({ ...getInitialValues(), applicationId: only });
    setValues((values) => ({ ...values, applicationId: only }));
  }, [only, chosen, getInitialValues, setInitialValues, setValues]);
}
