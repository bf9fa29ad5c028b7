import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from './Problem';
import { saveAs } from './save-as';

interface ExportButtonProps {
  /** Of the file. */
  readonly name: string;
  readonly read: () => Promise<Blob>;
}

/** Saves all entries of a list that match, whatever page is shown. */
export function ExportButton({ name, read }: ExportButtonProps): ReactElement {
  const { t } = useTranslation();
  const { mutate, isPending, error } = useMutation({
    mutationFn: read,
    onSuccess: (table) => saveAs(name, table),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={18} />}
        loading={isPending}
        onClick={() => mutate()}
      >
        {t('common.export')}
      </Button>
      <Problem error={error} />
    </>
  );
}
