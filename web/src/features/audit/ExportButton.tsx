import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '../../components/Problem';
import { saveAs } from '../../components/save-as';
import { auditApi, type AuditFilters } from './api';

/** Saves all events that match, whatever page is shown. */
export function ExportButton({ filters }: { readonly filters: AuditFilters }): ReactElement {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => auditApi.export(filters),
    onSuccess: (table) => saveAs('audit-events.csv', table),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={18} />}
        loading={isPending}
        onClick={() => mutate()}
      >
        {t('audit.export')}
      </Button>
      <Problem error={error} />
    </>
  );
}
