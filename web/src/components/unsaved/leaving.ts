/** How parts of the page ask before edits are lost. */
import type { UseFormReturnType } from '@mantine/form';
import { createContext, useCallback, useContext, useEffect, useRef } from 'react';
import { guard, isEdited, type Forms, type HasEdits } from './forms';

/** Asks before edits are lost. */
export interface Leaving {
  /** Goes on at once where the forms hold no edits, else once somebody has given those up. Without forms: all of the page. */
  readonly leave: (goOn: () => void, forms?: Forms) => void;
  /** The question is on the screen. */
  readonly asking: boolean;
}

/** Where nobody asks, as before the log-in, nothing is lost. */
export const LeavingContext = createContext<Leaving>({ leave: (goOn) => goOn(), asking: false });

/** The forms of the dialog that something stands in. */
export const FormsContext = createContext<Forms | undefined>(undefined);

/** Whether the question is on the screen. */
export function useAsking(): boolean {
  return useContext(LeavingContext).asking;
}

/** Has a way out of a dialog, or of the page, ask first where edits would be lost. */
export function useLeave(): Leaving['leave'] {
  const { leave } = useContext(LeavingContext);
  const part = useContext(FormsContext);
  return useCallback((goOn, forms = part) => leave(goOn, forms), [leave, part]);
}

/** Takes the edits of a form under guard, as long as it is on the page. */
export function useGuardedEdits(hasEdits: HasEdits): void {
  const part = useContext(FormsContext);
  const latest = useRef(hasEdits);
  useEffect(() => {
    latest.current = hasEdits;
  });
  useEffect(() => guard(() => latest.current(), part), [part]);
}

/** The same for all fields of a form, until it is saved or reset. */
export function useGuardedForm<T>(form: Pick<UseFormReturnType<T>, 'getValues' | 'getInitialValues'>): void {
  useGuardedEdits(() => isEdited(form));
}
