import { Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { Tagged } from '../../api/client';
import { ApiError } from '../../api/problem';
import { Dialog } from '../../components/Dialog';
import { DialogButtons } from '../../components/DialogButtons';
import { notifyDone } from '../../components/notify';
import { Problem } from '../../components/Problem';
import { QueryView } from '../../components/QueryView';
import { useGuardedForm } from '../../components/unsaved/leaving';
import { useRequired } from '../../components/use-required';
import { catalogueApi, type Kind, type Kinds } from './api';
import { DEFINITIONS, type KindDefinition } from './kinds';
import { useCatalogueChange, useEntry } from './queries';

interface EntryDialogProps<K extends Kind> {
  readonly kind: K;
  readonly applicationId: string;
  /** Id of the entry to change; undefined: a new one. */
  readonly id: string | undefined;
  readonly onClose: () => void;
}

/** Creates or changes an entry of the catalogue. */
export function EntryDialog<K extends Kind>(props: EntryDialogProps<K>): ReactElement {
  const { kind, id, onClose } = props;
  const { t } = useTranslation();
  const title = t(id === undefined ? `catalogue.add.${kind}` : 'catalogue.editTitle');
  return (
    <Dialog opened onClose={onClose} size="lg" title={title}>
      {id === undefined ? <EntryForm {...props} /> : <StoredEntry {...props} id={id} />}
    </Dialog>
  );
}

function StoredEntry<K extends Kind>(props: EntryDialogProps<K> & { readonly id: string }): ReactElement {
  const { kind, applicationId, id } = props;
  const entry = useEntry(kind, applicationId, id);
  return (
    <QueryView query={entry}>
      {(stored) => (
        <EntryForm {...props} key={stored.tag} stored={stored} onReload={() => void entry.refetch()} />
      )}
    </QueryView>
  );
}

interface EntryFormProps<K extends Kind> extends EntryDialogProps<K> {
  readonly stored?: Tagged<Kinds[K]['view']>;
  readonly onReload?: () => void;
}

function EntryForm<K extends Kind>(props: EntryFormProps<K>): ReactElement {
  const { kind, applicationId, stored, onReload, onClose } = props;
  const { t } = useTranslation();
  const { blank, idOf, toInput, Fields }: KindDefinition<K> = DEFINITIONS[kind];
  const required = useRequired();
  const form = useForm<{ id: string; input: Kinds[K]['input'] }>({
    initialValues: stored
      ? { id: idOf(stored.value), input: toInput(stored.value) }
      : { id: '', input: blank },
    validate: { id: required },
  });
  useGuardedForm(form);
  const save = useCatalogueChange(({ id, input }: { id: string; input: Kinds[K]['input'] }) =>
    catalogueApi.put(kind, { applicationId, id: id.trim(), tag: stored?.tag }, withoutEmpty(input)),
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
    <form noValidate onSubmit={submit}>
      <Stack>
        <TextInput
          label={t('catalogue.id')}
          description={t('catalogue.idHelp')}
          required
          disabled={stored !== undefined}
          {...form.getInputProps('id')}
        />
        <Fields form={form} applicationId={applicationId} />
        <Problem error={save.error} shownAtFields={() => true} {...(onReload && { onReload })} />
        <DialogButtons action={t('common.save')} pending={save.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}

/** An optional field that was left empty is null to the API. */
function withoutEmpty<T extends object>(input: T): T {
  return 'url' in input && input.url === '' ? { ...input, url: null } : input;
}
