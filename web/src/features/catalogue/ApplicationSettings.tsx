import { Button, ColorInput, Group, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Application } from '../../api/types';
import { Card } from '../../components/Card';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { FieldRow } from '../../components/FieldRow';
import { showAtFields } from '../../components/form-problems';
import { notifyDone } from '../../components/notify';
import { Problem } from '../../components/Problem';
import { giveUpEdits } from '../../components/unsaved/forms';
import { useGuardedForm } from '../../components/unsaved/leaving';
import { Offered } from '../session/permission';
import { applicationsApi } from './api';
import classes from './catalogue.module.css';
import { useApplicationRemoval, useCatalogueChange } from './queries';
import { toInput, toSettings, type Settings } from './settings';

interface SettingsProps {
  readonly application: Application;
  readonly tag: string;
  readonly onReload: () => void;
}

/** What an application is called, how it handles objections, who its e-mails come from. */
export function ApplicationSettings({ application, tag, onReload }: SettingsProps): ReactElement {
  const { t } = useTranslation();
  const form = useForm<Settings>({ initialValues: toSettings(application) });
  useGuardedForm(form);
  const save = useCatalogueChange((settings: Settings) =>
    applicationsApi.put(application.id, tag, toInput(settings)),
  );
  const submit = form.onSubmit((settings) =>
    save.mutate(settings, {
      onSuccess: () => {
        form.resetDirty();
        notifyDone(t('common.saved'));
      },
      onError: (error) => showAtFields(form, error),
    }),
  );
  return (
    <div className={classes.settings}>
      <form noValidate onSubmit={submit} className={classes.settings}>
        <Card title={t('catalogue.general')}>
          <FieldRow>
            <TextInput label={t('catalogue.name')} required {...form.getInputProps('name')} />
            <Select
              label={t('catalogue.objections')}
              data={(['auto', 'manual'] as const).map((value) => ({
                value,
                label: t(`catalogue.objectionModes.${value}`),
              }))}
              allowDeselect={false}
              {...form.getInputProps('objections')}
            />
          </FieldRow>
        </Card>
        <Card title={t('catalogue.emails')}>
          <FieldRow>
            <TextInput
              label={t('catalogue.senderEmail')}
              type="email"
              {...form.getInputProps('sender.email')}
            />
            <TextInput label={t('catalogue.senderName')} {...form.getInputProps('sender.name')} />
            <TextInput
              label={t('catalogue.replyToEmail')}
              type="email"
              {...form.getInputProps('replyTo.email')}
            />
            <TextInput label={t('catalogue.replyToName')} {...form.getInputProps('replyTo.name')} />
            <TagsInput
              label={t('catalogue.locales')}
              description={t('catalogue.localesHelp')}
              {...form.getInputProps('locales')}
            />
          </FieldRow>
        </Card>
        <Card title={t('catalogue.confirmPage')}>
          <FieldRow>
            <NumberInput
              label={t('catalogue.expiryDays')}
              min={1}
              max={366}
              {...form.getInputProps('confirmPage.expiryDays')}
            />
            <TextInput
              label={t('catalogue.returnUrl')}
              type="url"
              {...form.getInputProps('confirmPage.returnUrl')}
            />
            <ColorInput
              label={t('catalogue.accent')}
              format="hex"
              withEyeDropper={false}
              {...form.getInputProps('confirmPage.accent')}
            />
          </FieldRow>
        </Card>
        <Problem error={save.error} onReload={onReload} />
        <Group justify="space-between">
          <Button type="submit" loading={save.isPending}>
            {t('common.save')}
          </Button>
          <Offered operation="deleteApplication">
            <DeleteApplication application={application} />
          </Offered>
        </Group>
      </form>
    </div>
  );
}

function DeleteApplication({
  application: { id, name },
}: {
  readonly application: Application;
}): ReactElement {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [opened, { open, close }] = useDisclosure();
  const remove = useApplicationRemoval();
  return (
    <>
      <Button variant="default" c="var(--app-bad)" onClick={open}>
        {t('catalogue.deleteApplication')}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={close}
        title={t('catalogue.deleteApplication')}
        action={t('common.delete')}
        danger
        typed={id}
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(id, {
            onSuccess: () => {
              giveUpEdits();
              void navigate('/catalogue');
            },
          })
        }
      >
        {t('catalogue.deleteApplicationText', { name })}
      </ConfirmDialog>
    </>
  );
}
