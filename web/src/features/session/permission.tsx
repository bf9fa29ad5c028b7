/** What who is logged in may do: nothing is offered that would be refused. */
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { operations } from '../../api/schema';
import { Note } from '../../components/Note';
import classes from './permission.module.css';
import { useSession } from './session';

/** Name of an operation of the API. */
export type Operation = keyof operations;

/** Whether they may call an operation. */
export function useMayCall(operation: Operation): boolean {
  return useSession().data?.operations?.includes(operation) === true;
}

interface OperationProps {
  readonly operation: Operation;
  readonly children: ReactNode;
}

/** What calls an operation; nothing to who may not. */
export function Offered({ operation, children }: OperationProps): ReactNode {
  return useMayCall(operation) && children;
}

/** Fields that an operation saves: who may not call it sees what they hold, and why they take nothing. */
export function EditableBy({ operation, children }: OperationProps): ReactElement {
  const { t } = useTranslation();
  const may = useMayCall(operation);
  return (
    <>
      {!may && <Note tone="info">{t('session.onlyLook')}</Note>}
      <fieldset disabled={!may} className={classes.fields}>
        {children}
      </fieldset>
    </>
  );
}
