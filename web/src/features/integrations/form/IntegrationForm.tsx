import { Button, Checkbox, Group, NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useEffect, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import type { SubscriptionCreation } from '../../../api/types';
import { Card } from '../../../components/Card';
import { showAtFields } from '../../../components/form-problems';
import layout from '../../../components/layout.module.css';
import { Problem } from '../../../components/Problem';
import { useGuardedForm } from '../../../components/unsaved/leaving';
import classes from '../integrations.module.css';
import { ApplicationField } from './ApplicationField';
import { AuthenticationFields } from './AuthenticationFields';
import { CertificateFields } from './CertificateFields';
import { DraftTest } from './DraftTest';
import { FilterFields } from './FilterFields';
import { HeaderRows } from './HeaderRows';
import { SampleCard } from './SampleCard';
import { TypeField } from './TypeField';
import { useIntegrationForm } from './use-integration-form';
import { isField, toBody, type IntegrationValues, type StoredSecrets } from './values';

interface IntegrationFormProps {
  readonly initial: IntegrationValues;
  readonly stored: StoredSecrets;
  /** The integration that is edited; its secrets serve a test where their fields are empty. */
  readonly id?: string;
  readonly action: string;
  readonly cancelTo: string;
  readonly pending: boolean;
  readonly error: Error | null;
  /** Shows what is stored, where somebody has changed it meanwhile. */
  readonly onReload?: () => void;
  readonly onSubmit: (body: SubscriptionCreation, then: Outcome) => void;
}

/** What the form does once it is saved, or is not. */
interface Outcome {
  readonly onSaved: () => void;
  readonly onError: (error: Error) => void;
}

/** The parts that links lead to, from where something is to be replaced. */
const PARTS = ['authentication', 'certificate'] as const;
type Part = (typeof PARTS)[number];

/** Creates or edits an integration; beside it what will be sent, and a way to try it before it is saved. */
export function IntegrationForm(props: IntegrationFormProps): ReactElement {
  const { initial, stored, id, action, cancelTo, pending, error, onReload, onSubmit } = props;
  const { t } = useTranslation();
  const form = useIntegrationForm(initial, stored);
  useGuardedForm(form);
  const { hash } = useLocation();
  useEffect(() => {
    const part = PARTS.find((name) => hash === `#${name}`);
    if (part !== undefined) showPart(part);
  }, [hash]);
  const onError = (problem: Error): void => showAtFields(form, problem);
  const onSaved = (): void => form.resetDirty();
  return (
    <div className={`${layout.columns} ${classes.formPage}`}>
      <form
        noValidate
        onSubmit={form.onSubmit((values) => onSubmit(toBody(values), { onSaved, onError }), focusFirst)}
      >
        <div className={layout.stack}>
          <Card title={t('integrations.form.target')}>
            <Stack>
              <TextInput
                label={t('integrations.name')}
                description={t('integrations.form.nameHelp')}
                maxLength={200}
                required
                {...form.getInputProps('name')}
              />
              <ApplicationField form={form} fixed={id !== undefined} />
              <TextInput
                label={t('integrations.url')}
                description={t(`integrations.form.${initial.url.includes('***') ? 'urlMasked' : 'urlHelp'}`)}
                placeholder="https://example.com/hooks/consent"
                type="url"
                inputMode="url"
                required
                {...form.getInputProps('url')}
              />
              <TypeField form={form} />
              {form.values.updateType === 'consent-receipts' && (
                <Checkbox
                  label={t('integrations.form.previous')}
                  description={t('integrations.form.previousHelp')}
                  {...form.getInputProps('payload.previous', { type: 'checkbox' })}
                />
              )}
            </Stack>
          </Card>
          {form.values.updateType !== 'citizen-emails' && (
            <Card title={t('integrations.filter')}>
              <FilterFields form={form} />
            </Card>
          )}
          <Card title={t('integrations.authentication')} anchor="authentication">
            <AuthenticationFields form={form} stored={stored} />
          </Card>
          <Card title={t('integrations.headers')}>
            <HeaderRows form={form} />
          </Card>
          <Card title={t('integrations.certificate')} anchor="certificate">
            <CertificateFields form={form} />
          </Card>
          <Card title={t('integrations.form.advanced')}>
            <Select
              label={t('integrations.signing')}
              description={t('integrations.form.signingHelp')}
              mb="sm"
              data={(['hmac', 'ed25519'] as const).map((value) => ({
                value,
                label: t(`integrations.signings.${value}`),
              }))}
              allowDeselect={false}
              {...form.getInputProps('signing')}
            />
            <Select
              label={t('integrations.form.earlyRecovery')}
              description={t('integrations.form.earlyRecoveryHelp')}
              mb="sm"
              data={(['default', 'on', 'off'] as const).map((value) => ({
                value,
                label: t(`integrations.form.serviceSettings.${value}`),
              }))}
              allowDeselect={false}
              {...form.getInputProps('earlyRecovery')}
            />
            <Select
              label={t('integrations.form.halfOpenProbing')}
              description={t('integrations.form.halfOpenProbingHelp')}
              mb="sm"
              data={(['default', 'on', 'off'] as const).map((value) => ({
                value,
                label: t(`integrations.form.serviceSettings.${value}`),
              }))}
              allowDeselect={false}
              {...form.getInputProps('halfOpenProbing')}
            />
            <NumberInput
              label={t('integrations.form.maxInFlight')}
              description={t('integrations.form.maxInFlightHelp')}
              min={1}
              max={1_000}
              allowDecimal={false}
              {...form.getInputProps('maxInFlight')}
            />
          </Card>
          <Problem error={error} shownAtFields={isField} {...(onReload && { onReload })} />
          <Group>
            <Button type="submit" loading={pending}>
              {action}
            </Button>
            <Button component={Link} to={cancelTo} variant="default">
              {t('common.cancel')}
            </Button>
          </Group>
        </div>
      </form>
      <div className={`${layout.stack} ${classes.sticky}`}>
        <SampleCard updateType={form.values.updateType} />
        <DraftTest form={form} id={id} onError={onError} />
      </div>
    </div>
  );
}

function showPart(id: Part): void {
  const part = document.getElementById(id);
  part?.scrollIntoView();
  part?.querySelector<HTMLElement>('input, textarea')?.focus({ preventScroll: true });
}

/** Moves the focus to the first field with a problem. */
function focusFirst(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}
