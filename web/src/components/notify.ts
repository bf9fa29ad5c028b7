import { notifications } from '@mantine/notifications';

/** Says for a few seconds that something was done. */
export function notifyDone(message: string): void {
  notifications.show({ message, color: 'green.8', withBorder: true });
}

/** Says that something failed, where there is no better place for it. */
export function notifyFailed(message: string): void {
  notifications.show({ message, color: 'red.8', withBorder: true, autoClose: 10_000 });
}
