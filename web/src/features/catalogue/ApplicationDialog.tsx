import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Application } from '../../api/types';
import { Dialog } from '../../components/Dialog';
import { DialogButtons } from '../../components/DialogButtons';
import { showAtFields } from '../../components/form-problems';
import { Problem } from '../../components/Problem';
import { useGuardedForm } from '../../components/unsaved/leaving';
import { useRequired } from '../../components/use-required';
import { applicationsApi } from './api';
import { useCatalogueChange } from './queries';
import { slug } from './slug';

interface ApplicationDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly onSaved: (application: Application) => void;
}

/** Creates an application by its name; everything else can be set later. */
export function ApplicationDialog({ opened, onClose, onSaved }: ApplicationDialogProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('catalogue.newApplication')}>
      <ApplicationForm
        onClose={onClose}
        onSaved={(application) => {
          onSaved(application);
          onClose();
        }}
      />
    </Dialog>
  );
}

function ApplicationForm({ onClose, onSaved }: Omit<ApplicationDialogProps, 'opened'>): ReactElement {
  const { t } = useTranslation();
  const required = useRequired();
  const form = useForm({
    initialValues: { name: '', id: '' },
    validate: { name: required, id: required },
  });
  useGuardedForm(form);
  const create = useCatalogueChange(({ id, name }: { id: string; name: string }) =>
    applicationsApi.put(id, undefined, { name }),
  );
  const submit = form.onSubmit((values) =>
    create.mutate(values, { onSuccess: onSaved, onError: (error) => showAtFields(form, error) }),
  );
  return (
    <form
      noValidate
      onSubmit={(event) => {
        // The dialog may stand within another form; only this one is sent.
        event.stopPropagation();
        submit(event);
      }}
    >
      <Stack>
        <TextInput
          label={t('catalogue.name')}
          description={t('catalogue.applicationNameHelp')}
          required
          data-autofocus
          maxLength={200}
          {...form.getInputProps('name')}
          onChange={(event) => {
            const name = event.currentTarget.value;
            if (form.values.id === slug(form.values.name)) form.setFieldValue('id', slug(name));
            form.setFieldValue('name', name);
          }}
        />
        <TextInput
          label={t('catalogue.id')}
          description={t('catalogue.applicationIdHelp')}
          required
          maxLength={50}
          {...form.getInputProps('id')}
        />
        <Problem error={create.error} shownAtFields={(path) => path === 'name'} />
        <DialogButtons action={t('common.create')} pending={create.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
