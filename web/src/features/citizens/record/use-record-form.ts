import { useForm, type UseFormReturnType } from '@mantine/form';
import { useTranslation } from 'react-i18next';
import { useRequired } from '../../../components/use-required';
import type { Citizen } from '../api';
import { NOTHING_RECORDED, type RecordValues } from './values';

export type RecordFormState = UseFormReturnType<RecordValues>;

export function useRecordForm(citizen: Citizen | undefined): RecordFormState {
  const { t } = useTranslation();
  const required = useRequired();
  return useForm<RecordValues>({
    initialValues: {
      ...NOTHING_RECORDED,
      ...(citizen && { applicationId: citizen.applicationId, externalRef: citizen.externalRef }),
    },
    validate: {
      applicationId: required,
      externalRef: required,
      permission: (permission, { preference }) =>
        permission === '' && preference === '' ? t('citizens.record.nothing') : null,
    },
  });
}
