import { Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../../components/Dialog';
import { DialogButtons } from '../../../components/DialogButtons';
import { showAtFields } from '../../../components/form-problems';
import { Problem } from '../../../components/Problem';
import { useGuardedForm } from '../../../components/unsaved/leaving';
import { citizensApi, type Citizen } from '../api';
import { useCitizenChange } from '../queries';
import { Recorded } from './Recorded';
import { RecordFields } from './RecordFields';
import { useRecordForm } from './use-record-form';
import { toBody } from './values';

interface RecordDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Undefined: any, a new one too. */
  readonly citizen?: Citizen;
}

/** Records a change of a citizen by hand, as a website does by the API. */
export function RecordDialog({ opened, onClose, citizen }: RecordDialogProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog opened={opened} onClose={onClose} size="lg" title={t('citizens.record.title')}>
      <RecordForm onClose={onClose} citizen={citizen} />
    </Dialog>
  );
}

interface RecordFormProps {
  readonly onClose: () => void;
  readonly citizen: Citizen | undefined;
}

function RecordForm({ onClose, citizen }: RecordFormProps): ReactElement {
  const { t } = useTranslation();
  const form = useRecordForm(citizen);
  useGuardedForm(form);
  const record = useCitizenChange(citizensApi.record);
  if (record.data) return <Recorded change={record.data} onClose={onClose} onAgain={record.reset} />;
  const submit = form.onSubmit((values) =>
    record.mutate(toBody(values), {
      onSuccess: () => form.resetDirty(),
      onError: (error) => showAtFields(form, error),
    }),
  );
  return (
    <form noValidate onSubmit={submit}>
      <Stack>
        <RecordFields form={form} fixed={citizen !== undefined} />
        <Problem error={record.error} />
        <DialogButtons action={t('citizens.record.submit')} pending={record.isPending} onCancel={onClose} />
      </Stack>
    </form>
  );
}
