import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../components/Card';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import { showAtFields } from '../../components/form-problems';
import layout from '../../components/layout.module.css';
import { Note } from '../../components/Note';
import { notifyDone } from '../../components/notify';
import { Problem } from '../../components/Problem';
import { useGuardedForm } from '../../components/unsaved/leaving';
import { EditableBy, Offered } from '../session/permission';
import { templatesApi, type StoredTemplate, type TemplateSource } from './api';
import { Preview } from './Preview';
import { Variables } from './Variables';
import classes from './templates.module.css';

interface EditorProps {
  readonly applicationId: string;
  readonly locale: string;
  readonly stored: StoredTemplate;
  readonly onReload: () => void;
}

/** The editor of a template, with a preview beside it. */
export function Editor({ applicationId, locale, stored, onReload }: EditorProps): ReactElement {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { subject, mjml, text } = stored.value;
  const isOwn = stored.tag !== undefined;
  const form = useForm<TemplateSource>({ initialValues: { subject, mjml, text } });
  useGuardedForm(form);
  const changed = (message: string): void => {
    notifyDone(message);
    void client.invalidateQueries({ queryKey: ['templates'] });
  };
  const save = useMutation({
    mutationFn: (values: TemplateSource) => templatesApi.put(applicationId, locale, stored.tag, values),
    onSuccess: () => {
      form.resetDirty();
      changed(t('common.saved'));
    },
    onError: (error) => showAtFields(form, error),
  });
  const [deleting, removal] = useDisclosure();
  const remove = useMutation({
    mutationFn: () => templatesApi.remove(applicationId, locale),
    onSuccess: () => {
      changed(t('templates.deleted'));
      removal.close();
    },
  });
  return (
    <div className={`${layout.columns} ${classes.columns}`}>
      <Card title={t('templates.text')}>
        <EditableBy operation="putEmailTemplate">
          <form noValidate onSubmit={form.onSubmit((values) => save.mutate(values))}>
            <Stack>
              {!isOwn && <Note tone="info">{t('templates.none')}</Note>}
              <TextInput label={t('templates.subject')} required {...form.getInputProps('subject')} />
              <Textarea
                label={t('templates.mjml')}
                description={t('templates.mjmlHelp', { open: '{{', close: '}}' })}
                required
                rows={18}
                spellCheck={false}
                classNames={{ input: classes.source ?? '' }}
                {...form.getInputProps('mjml')}
              />
              <Textarea
                label={t('templates.plain')}
                description={t('templates.plainHelp')}
                required
                rows={7}
                classNames={{ input: classes.source ?? '' }}
                {...form.getInputProps('text')}
              />
              <Variables />
              <Problem
                error={save.error}
                shownAtFields={(path) => path in stored.value}
                onReload={onReload}
              />
              <Group justify="space-between">
                <Button type="submit" loading={save.isPending}>
                  {t('common.save')}
                </Button>
                {isOwn && (
                  <Offered operation="deleteEmailTemplate">
                    <Button variant="default" c="var(--app-bad)" onClick={removal.open}>
                      {t('common.delete')}
                    </Button>
                  </Offered>
                )}
              </Group>
            </Stack>
          </form>
        </EditableBy>
      </Card>
      <Preview applicationId={applicationId} locale={locale} source={form.values} />
      <ConfirmDialog
        opened={deleting}
        onClose={removal.close}
        title={t('templates.deleteTitle')}
        action={t('common.delete')}
        danger
        pending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate()}
      >
        {t('templates.deleteText', { locale })}
      </ConfirmDialog>
    </div>
  );
}
