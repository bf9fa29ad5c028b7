import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { ConfirmDialog } from '../../components/ConfirmDialog';
import type { Administrator } from './api';

interface ChangeDialogProps {
  /** Whom it concerns; undefined: it is closed. */
  readonly administrator: Administrator | undefined;
  readonly title: string;
  readonly action: string;
  readonly children: ReactNode;
  readonly change: (id: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before an administrator loses something. */
export function ChangeDialog(props: ChangeDialogProps): ReactElement {
  const { administrator, title, action, children, change, onClose } = props;
  const client = useQueryClient();
  const mutation = useMutation({
    mutationFn: change,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['administrators'] });
      onClose();
    },
  });
  return (
    <ConfirmDialog
      opened={administrator !== undefined}
      onClose={onClose}
      title={title}
      action={action}
      danger
      pending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => administrator && mutation.mutate(administrator.id)}
    >
      {children}
    </ConfirmDialog>
  );
}
