import { createContext, useContext, useEffect, useRef, type ReactElement, type ReactNode } from 'react';
import classes from './Entrance.module.css';

const IsOverPage = createContext(false);

/** Whether the log-in stands over a page that waits for it. */
export function useIsOverPage(): boolean {
  return useContext(IsOverPage);
}

/**
 * The log-in over a page whose session has ended. As a modal dialog of the browser's own it stands above any other, and nothing
 * behind it can be seen or reached.
 */
export function OverPage({ children }: { readonly children: ReactNode }): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <IsOverPage value={true}>
      <dialog ref={dialog} className={classes.over} onCancel={(event) => event.preventDefault()}>
        {children}
      </dialog>
    </IsOverPage>
  );
}
