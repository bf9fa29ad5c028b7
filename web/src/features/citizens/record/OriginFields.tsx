import { Accordion, Select, Stack, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { FieldRow } from '../../../components/FieldRow';
import { useEntries } from '../../catalogue/queries';
import type { RecordFormState } from './use-record-form';

interface FieldsProps {
  readonly form: RecordFormState;
}

/** How it came about: what the citizen was shown, and who has taken part. */
export function OriginFields({ form }: FieldsProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Accordion variant="separated">
      <Accordion.Item value="origin">
        <Accordion.Control>{t('citizens.record.origin')}</Accordion.Control>
        <Accordion.Panel>
          <Stack>
            <ShownFields form={form} />
            <TextInput label={t('citizens.record.campaign')} {...form.getInputProps('campaign')} />
            <ActorFields form={form} of="recordedBy" />
            <ActorFields form={form} of="delegatedAuthority" />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** What the citizen was shown; not asked for where the catalogue has none. */
function ShownFields({ form }: FieldsProps): ReactElement {
  const { t } = useTranslation();
  const { applicationId } = form.values;
  const policies = useEntries('privacy-policies', applicationId).data?.items ?? [];
  const statements = useEntries('permission-statements', applicationId).data?.items ?? [];
  const choices = {
    privacyPolicyId: policies.map(({ id, name }) => ({ value: id, label: name })),
    permissionStatementId: statements.map(({ id, reference }) => ({ value: id, label: reference })),
  };
  return (
    <FieldRow>
      {(['privacyPolicyId', 'permissionStatementId'] as const)
        .filter((name) => choices[name].length > 0)
        .map((name) => (
          <Select
            key={name}
            label={t(`citizens.record.${name}`)}
            placeholder={t('common.choose')}
            clearable
            clearButtonProps={{ 'aria-label': t('common.clear') }}
            data={choices[name]}
            error={form.errors[name]}
            value={form.values[name] || null}
            onChange={(value) => form.setFieldValue(name, value ?? '')}
          />
        ))}
    </FieldRow>
  );
}

interface ActorFieldsProps extends FieldsProps {
  readonly of: 'recordedBy' | 'delegatedAuthority';
}

function ActorFields({ form, of }: ActorFieldsProps): ReactElement {
  const { t } = useTranslation();
  return (
    <FieldRow>
      <TextInput
        label={t(`citizens.record.${of}`)}
        description={t(`citizens.record.${of}Help`)}
        {...form.getInputProps(`${of}.id`)}
      />
      <TextInput
        label={t('citizens.record.actorName')}
        description={t('citizens.record.actorNameHelp')}
        {...form.getInputProps(`${of}.name`)}
      />
    </FieldRow>
  );
}
