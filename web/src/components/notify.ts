import { notifications } from '@mantine/notifications';

/** Shows for a few seconds that something was done. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green.8', withBorder: true });
}

/** Shows that something failed, where the page has no better place for it. */
export function notifyFailed(message: string): void {
  notifications.show({ message, color: 'red.8', withBorder: true, autoClose: 10_000 });
}
