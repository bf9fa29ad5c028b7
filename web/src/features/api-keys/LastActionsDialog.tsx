import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Dialog } from '../../components/Dialog';
import { LastActions } from '../audit/LastActions';
import type { ApiKey } from './api';

interface LastActionsDialogProps {
  readonly apiKey: ApiKey | undefined;
  readonly onClose: () => void;
}

/** What a key did last, with the way to all of it. */
export function LastActionsDialog({ apiKey, onClose }: LastActionsDialogProps): ReactElement {
  const { t } = useTranslation();
  return (
    <Dialog
      opened={apiKey !== undefined}
      onClose={onClose}
      title={t('audit.lastActionsOf', { name: apiKey?.name ?? '' })}
    >
      {apiKey && (
        <>
          <LastActions actor={apiKey.id} />
          <Button component={Link} to={`/audit?actor=${apiKey.id}`} variant="default">
            {t('audit.allOfIt')}
          </Button>
        </>
      )}
    </Dialog>
  );
}
