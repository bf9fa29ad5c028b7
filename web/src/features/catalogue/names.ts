import { useApplications, useEntries } from './queries';

/** What people call the entries of a catalogue; one that it does not know goes by its id. */
export interface CatalogueNames {
  readonly permission: (optionType: string, optionId: string) => string;
  readonly preference: (reference: string) => string;
  readonly choice: (preference: string, reference: string) => string;
  /** Of a key as changes have it: `option:ID`, `group:ID`, `preference:REF`. */
  readonly key: (key: string) => string;
}

/** The names of an application's catalogue. */
export function useCatalogueNames(applicationId: string): CatalogueNames {
  const options = useEntries('options', applicationId).data?.items;
  const groups = useEntries('option-groups', applicationId).data?.items;
  const preferences = useEntries('preferences', applicationId).data?.items;
  const permission = (optionType: string, optionId: string): string =>
    (optionType === 'group' ? groups : options)?.find(({ id }) => id === optionId)?.name ?? optionId;
  const preferenceOf = (wanted: string) => preferences?.find(({ reference }) => reference === wanted);
  const preference = (reference: string): string => preferenceOf(reference)?.label ?? reference;
  return {
    permission,
    preference,
    choice: (of, wanted) =>
      preferenceOf(of)?.choices.find(({ reference }) => reference === wanted)?.label ?? wanted,
    key: (key) => {
      const [kind = '', ...rest] = key.split(':');
      const id = rest.join(':');
      return kind === 'preference' ? preference(id) : permission(kind, id);
    },
  };
}

/** What people call an application. */
export function useApplicationName(applicationId: string): string {
  const applications = useApplications().data?.items ?? [];
  return applications.find(({ id }) => id === applicationId)?.name ?? applicationId;
}
