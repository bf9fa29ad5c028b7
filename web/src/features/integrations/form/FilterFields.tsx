import { MultiSelect, Stack, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useEntries } from '../../catalogue/queries';
import type { IntegrationFormState } from './use-integration-form';
import type { FilterValues } from './values';

/** What the integration is told of; nothing chosen: everything. */
export function FilterFields({ form }: { readonly form: IntegrationFormState }): ReactElement {
  const { t } = useTranslation();
  const { applicationId, filter } = form.values;
  const options = useEntries('options', applicationId).data?.items ?? [];
  const groups = useEntries('option-groups', applicationId).data?.items ?? [];
  const preferences = useEntries('preferences', applicationId).data?.items ?? [];
  const choices: Record<keyof FilterValues, { value: string; label: string }[]> = {
    options: options.map(({ id, name }) => ({ value: id, label: name })),
    optionGroups: groups.map(({ id, name }) => ({ value: id, label: name })),
    preferences: preferences.map(({ reference, label }) => ({ value: reference, label })),
  };
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {t('integrations.form.filterHelp')}
      </Text>
      {(['options', 'optionGroups', 'preferences'] as const).map((list) => (
        <MultiSelect
          key={list}
          label={t(`integrations.form.filterLists.${list}`)}
          data={withChosen(choices[list], filter[list])}
          searchable
          clearable
          {...form.getInputProps(`filter.${list}`)}
        />
      ))}
    </Stack>
  );
}

/** Also what is chosen beyond the entries that are read at once. */
function withChosen(
  choices: readonly { value: string; label: string }[],
  chosen: readonly string[],
): { value: string; label: string }[] {
  const more = chosen.filter((id) => !choices.some(({ value }) => value === id));
  return [...choices, ...more.map((id) => ({ value: id, label: id }))];
}
