import { Checkbox, Select, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldRow } from '../../../components/FieldRow';
import { useApplications, useEntries } from '../../catalogue/queries';
import { useOnlyApplication } from '../../catalogue/use-only-application';
import { JUSTIFICATIONS, STATES_OF, type Justification } from '../matrix';
import { OriginFields } from './OriginFields';
import { PreferenceFields } from './PreferenceFields';
import { TimeFields } from './TimeFields';
import { takesDoubleOptIn } from './values';
import type { RecordFormState } from './use-record-form';

interface RecordFieldsProps {
  readonly form: RecordFormState;
  /** The citizen is given. */
  readonly fixed: boolean;
}

export function RecordFields({ form, fixed }: RecordFieldsProps): ReactElement {
  const { t } = useTranslation();
  const { justification } = form.values;
  const applications = useApplications().data?.items ?? [];
  useOnlyApplication(form);
  return (
    <>
      <FieldRow>
        <Select
          label={t('catalogue.application')}
          data={applications.map(({ id, name }) => ({ value: id, label: name }))}
          allowDeselect={false}
          required
          disabled={fixed}
          {...form.getInputProps('applicationId')}
        />
        <TextInput
          label={t('citizens.reference')}
          required
          maxLength={100}
          disabled={fixed}
          {...form.getInputProps('externalRef')}
        />
      </FieldRow>
      <PermissionField form={form} />
      <FieldRow>
        <Select
          label={t('citizens.record.justification')}
          data={JUSTIFICATIONS.map((value) => ({ value, label: t(`citizens.justifications.${value}`) }))}
          allowDeselect={false}
          value={justification}
          onChange={(value) => {
            form.setFieldValue('justification', value as Justification);
            form.setFieldValue('state', STATES_OF[value as Justification][0]);
          }}
        />
        <Select
          label={t('citizens.record.state')}
          data={STATES_OF[justification].map((value) => ({ value, label: t(`citizens.states.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps('state')}
        />
        <TextInput
          label={t('citizens.record.channel')}
          placeholder={t('citizens.record.channelExample')}
          {...form.getInputProps('channel')}
        />
      </FieldRow>
      {form.values.permission !== '' && <TimeFields form={form} />}
      {takesDoubleOptIn(form.values) && <DoubleOptInFields form={form} />}
      <PreferenceFields form={form} />
      <OriginFields form={form} />
    </>
  );
}

function DoubleOptInFields({ form }: { readonly form: RecordFormState }): ReactElement {
  const { t } = useTranslation();
  return (
    <>
      <Checkbox
        label={t('citizens.record.doubleOptIn')}
        description={t('citizens.record.doubleOptInHelp')}
        {...form.getInputProps('doubleOptIn', { type: 'checkbox' })}
      />
      {form.values.doubleOptIn && (
        <TextInput
          type="email"
          label={t('session.email')}
          description={t('citizens.record.emailHelp')}
          {...form.getInputProps('email')}
        />
      )}
    </>
  );
}

function PermissionField({ form }: { readonly form: RecordFormState }): ReactElement {
  const { t } = useTranslation();
  const { applicationId } = form.values;
  const options = useEntries('options', applicationId).data?.items ?? [];
  const groups = useEntries('option-groups', applicationId).data?.items ?? [];
  const items = (
    type: string,
    of: readonly { id: string; name: string }[],
  ): { value: string; label: string }[] =>
    of.map(({ id, name }) => ({ value: `${type}:${id}`, label: name }));
  const problem = form.errors['changes.0.optionId'] ?? form.errors.permission;
  return (
    <Select
      label={t('citizens.record.permission')}
      description={applicationId !== '' && options.length === 0 ? t('citizens.record.noOptions') : undefined}
      placeholder={t('common.choose')}
      clearable
      clearButtonProps={{ 'aria-label': t('common.clear') }}
      data={[
        { group: t('catalogue.sections.options'), items: items('option', options) },
        { group: t('catalogue.sections.option-groups'), items: items('group', groups) },
      ].filter((group) => group.items.length > 0)}
      {...form.getInputProps('permission')}
      value={form.values.permission || null}
      onChange={(value: string | null) => form.setFieldValue('permission', value ?? '')}
      error={problem}
    />
  );
}
