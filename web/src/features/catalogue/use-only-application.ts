import { useEffect } from 'react';
import { useApplications } from './queries';

/** Where nothing is chosen yet, chooses the only application there is. */
export function useOnlyApplication(chosen: string, choose: (id: string) => void): void {
  const applications = useApplications().data?.items;
  const only = applications?.length === 1 ? applications[0]?.id : undefined;
  useEffect(() => {
    if (only !== undefined && chosen === '') choose(only);
  }, [only, chosen, choose]);
}
