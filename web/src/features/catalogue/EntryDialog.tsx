import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../api/problem';
import { Dialog } from '../../components/Dialog';
import { DialogButtons } from '../../components/DialogButtons';
import { notifyDone } from '../../components/notify';
import { Problem } from '../../components/Problem';
import { useRequired } from '../../components/use-required';
import { catalogueApi, type Kind, type Kinds } from './api';
import { DEFINITIONS, type KindDefinition } from './kinds';
import { useCatalogueChange } from './queries';

interface EntryDialogProps<K extends Kind> {
  readonly kind: K;
  readonly applicationId: string;
  /** Undefined: a new one. */
  readonly entry: Kinds[K]['view'] | undefined;
  readonly onClose: () => void;
}

/** Creates or changes an entry of the catalogue. */
export function EntryDialog<K extends Kind>(props: EntryDialogProps<K>): ReactElement {
  const { kind, applicationId, entry, onClose } = props;
  const { t } = useTranslation();
  const { blank, idOf, toInput, Fields }: KindDefinition<K> = DEFINITIONS[kind];
  const required = useRequired();
  const form = useForm<{ id: string; input: Kinds[K]['input'] }>({
    initialValues: entry ? { id: idOf(entry), input: toInput(entry) } : { id: '', input: blank },
    validate: { id: required },
  });
  const save = useCatalogueChange(({ id, input }: { id: string; input: Kinds[K]['input'] }) =>
    catalogueApi.put(kind, applicationId, id.trim(), withoutEmpty(input)),
  );
  const submit = form.onSubmit((values) =>
    save.mutate(values, {
      onSuccess: () => {
        notifyDone(t('common.saved'));
        onClose();
      },
      onError: (error) => {
        if (!(error instanceof ApiError)) return;
        form.setErrors(
          Object.fromEntries(
            error.problems.map(({ path, message }) => [path === 'id' ? path : `input.${path}`, message]),
          ),
        );
      },
    }),
  );
  return (
    <Dialog
      opened
      onClose={onClose}
      size="lg"
      title={t(entry ? 'catalogue.editTitle' : `catalogue.add.${kind}`)}
    >
      <form noValidate onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('catalogue.id')}
            description={t('catalogue.idHelp')}
            required
            disabled={entry !== undefined}
            {...form.getInputProps('id')}
          />
          <Fields form={form} applicationId={applicationId} />
          <Problem error={save.error} shownAtFields={() => true} />
          <DialogButtons action={t('common.save')} pending={save.isPending} onCancel={onClose} />
        </Stack>
      </form>
    </Dialog>
  );
}

/** An optional field that was left empty is null to the API. */
function withoutEmpty<T extends object>(input: T): T {
  return 'url' in input && input.url === '' ? { ...input, url: null } : input;
}
