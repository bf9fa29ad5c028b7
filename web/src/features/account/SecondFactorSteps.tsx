import { Code, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { DialogButtons } from '../../components/DialogButtons';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { QrCode } from '../../components/QrCode';
import { SecretOnce } from '../../components/SecretOnce';
import { accountApi, type SecondFactorSecret } from './api';
import { CurrentPassword } from './CurrentPassword';

interface StepsProps {
  readonly onCancel: () => void;
  /** The second factor counts, and its recovery codes are shown. */
  readonly onCodes: () => void;
  /** They are stored. */
  readonly onDone: () => void;
}

/** Gives one's app a secret, has it show a code, and shows the recovery codes. */
export function SecondFactorSteps({ onCancel, onCodes, onDone }: StepsProps): ReactElement {
  const { t } = useTranslation();
  const [secret, setSecret] = useState<SecondFactorSecret>();
  const [codes, setCodes] = useState<readonly string[]>();
  if (codes)
    return (
      <SecretOnce
        label={t('account.recoveryCodes')}
        secret={codes.join('\n')}
        text={t('account.recoveryCodesText')}
        onStored={onDone}
      />
    );
  if (!secret) return <PasswordStep onCancel={onCancel} onBegun={setSecret} />;
  return (
    <CodeStep
      secret={secret}
      onCancel={onCancel}
      onConfirmed={(given) => {
        onCodes();
        setCodes(given);
      }}
    />
  );
}

function PasswordStep({
  onCancel,
  onBegun,
}: Pick<StepsProps, 'onCancel'> & { readonly onBegun: (secret: SecondFactorSecret) => void }): ReactElement {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { currentPassword: '' } });
  const begin = useMutation({
    mutationFn: accountApi.beginSecondFactor,
    onSuccess: onBegun,
    onError: (error) => showAtFields(form, error),
  });
  return (
    <form onSubmit={form.onSubmit((values) => begin.mutate(values))}>
      <Stack>
        <CurrentPassword {...form.getInputProps('currentPassword')} />
        <Problem error={begin.error} shownAtFields={(path) => path === 'currentPassword'} />
        <DialogButtons action={t('account.next')} pending={begin.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  );
}

interface CodeStepProps extends Pick<StepsProps, 'onCancel'> {
  readonly secret: SecondFactorSecret;
  readonly onConfirmed: (recoveryCodes: readonly string[]) => void;
}

function CodeStep({ secret, onCancel, onConfirmed }: CodeStepProps): ReactElement {
  const { t } = useTranslation();
  const form = useForm({ initialValues: { code: '' } });
  const confirm = useMutation({
    mutationFn: accountApi.confirmSecondFactor,
    onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes),
    onError: (error) => showAtFields(form, error),
  });
  return (
    <form onSubmit={form.onSubmit((values) => confirm.mutate(values))}>
      <Stack>
        <Text>{t('account.scan')}</Text>
        <QrCode text={secret.url} label={t('account.qrCode')} />
        <Text size="sm">
          {t('account.orType')} <Code aria-label={t('account.secretText')}>{secret.secret}</Code>
        </Text>
        <TextInput
          label={t('session.code')}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          withAsterisk={false}
          autoFocus
          {...form.getInputProps('code')}
        />
        <Problem error={confirm.error} shownAtFields={(path) => path === 'code'} />
        <DialogButtons action={t('account.confirmFactor')} pending={confirm.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  );
}
