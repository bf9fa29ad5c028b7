import type { UseFormReturnType } from '@mantine/form';
import {
  ActionIcon,
  Button,
  Group,
  MultiSelect,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Kinds } from './api';
import { useEntries } from './queries';

export interface FieldsProps<T> {
  readonly form: UseFormReturnType<{ id: string; input: T }>;
  readonly applicationId: string;
}

export function OptionFields({ form }: FieldsProps<Kinds['options']['input']>): ReactElement {
  const { t } = useTranslation();
  return <TextInput label={t('catalogue.name')} required {...form.getInputProps('input.name')} />;
}

export function OptionGroupFields({
  form,
  applicationId,
}: FieldsProps<Kinds['option-groups']['input']>): ReactElement {
  const { t } = useTranslation();
  const options = useEntries('options', applicationId).data?.items ?? [];
  return (
    <>
      <TextInput label={t('catalogue.name')} required {...form.getInputProps('input.name')} />
      <MultiSelect
        label={t('catalogue.sections.options')}
        data={options.map(({ id, name }) => ({ value: id, label: name }))}
        searchable
        hidePickedOptions
        {...form.getInputProps('input.optionIds')}
      />
    </>
  );
}

export function PrivacyPolicyFields({ form }: FieldsProps<Kinds['privacy-policies']['input']>): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <TextInput label={t('catalogue.name')} required {...form.getInputProps('input.name')} />
      <TextInput
        label={t('catalogue.reference')}
        description={t('catalogue.referenceHelp')}
        required
        {...form.getInputProps('input.reference')}
      />
      <TextInput label={t('catalogue.url')} type="url" {...form.getInputProps('input.url')} />
    </>
  );
}

export function PermissionStatementFields({
  form,
}: FieldsProps<Kinds['permission-statements']['input']>): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t('catalogue.reference')}
        description={t('catalogue.referenceHelp')}
        required
        {...form.getInputProps('input.reference')}
      />
      <Textarea
        label={t('catalogue.text')}
        required
        autosize
        minRows={3}
        {...form.getInputProps('input.text')}
      />
    </>
  );
}

export function PreferenceFields({ form }: FieldsProps<Kinds['preferences']['input']>): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <TextInput label={t('catalogue.label')} required {...form.getInputProps('input.label')} />
      <Select
        label={t('catalogue.preferenceType')}
        data={(['single', 'multiple'] as const).map((value) => ({
          value,
          label: t(`catalogue.preferenceTypes.${value}`),
        }))}
        allowDeselect={false}
        {...form.getInputProps('input.type')}
      />
      <Stack gap="xs" role="group" aria-label={t('catalogue.choices')}>
        <Text size="sm" fw={500}>
          {t('catalogue.choices')}
        </Text>
        {form.values.input.choices.map((_choice, index) => (
          <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
            <TextInput
              aria-label={t('catalogue.choiceLabel', { number: index + 1 })}
              placeholder={t('catalogue.label')}
              flex={1}
              {...form.getInputProps(`input.choices.${index}.label`)}
            />
            <TextInput
              aria-label={t('catalogue.choiceReference', { number: index + 1 })}
              placeholder={t('catalogue.reference')}
              flex={1}
              {...form.getInputProps(`input.choices.${index}.reference`)}
            />
            <ActionIcon
              variant="default"
              size={36}
              aria-label={t('catalogue.removeChoice', { number: index + 1 })}
              disabled={form.values.input.choices.length === 1}
              onClick={() => form.removeListItem('input.choices', index)}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Group>
        ))}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => form.insertListItem('input.choices', { reference: '', label: '' })}
        >
          {t('catalogue.addChoice')}
        </Button>
      </Stack>
    </>
  );
}
