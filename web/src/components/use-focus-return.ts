import { useLayoutEffect } from 'react';

/**
 * After a dialog the focus stands where it stood before: on what has opened it. Also where the dialog is taken off the page as a
 * whole; where it was opened from a menu, on the menu's button; and where that is gone too, on the page.
 */
export function useFocusReturn(opened: boolean): void {
  useLayoutEffect(() => {
    if (!opened) return undefined;
    const opener = openerOf(document.activeElement);
    return () => {
      // Not before the dialog has left, which would take the focus back.
      setTimeout(() => {
        if (isOnPage(document.activeElement)) return;
        if (opener?.isConnected === true) focusWhileThere(opener);
        else focusPage();
      });
    };
  }, [opened]);
}

/** A row that was deleted goes with the button that has opened the dialog once its list is read again: then the page has the focus. */
function focusWhileThere(opener: HTMLElement): void {
  opener.focus({ preventScroll: true });
  const watch = new MutationObserver(() => {
    if (!opener.isConnected) focusPage();
  });
  watch.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', () => watch.disconnect(), { once: true });
}

function focusPage(): void {
  document.getElementById('main')?.focus({ preventScroll: true });
}

/** A menu has gone by the time its dialog closes: its button stands for its items. */
function openerOf(element: Element | null): HTMLElement | null {
  const button = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby');
  const opener = button ? document.getElementById(button) : element;
  return opener instanceof HTMLElement && opener !== document.body ? opener : null;
}

/** Whether somebody has moved the focus meanwhile to what stays: not to a dialog that goes too, nor to the page as a whole. */
function isOnPage(element: Element | null): boolean {
  if (element === null || element === document.body || element.id === 'main') return false;
  return element.closest('[role="dialog"]') === null;
}
