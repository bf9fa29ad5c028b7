import type { Application } from '../../api/types';
import type { ApplicationInput } from './api';

const DAY_MS = 86_400_000;

/** An application's settings as form fields: no nulls, and days where the API has milliseconds. */
export interface Settings {
  readonly name: string;
  readonly objections: 'auto' | 'manual';
  readonly sender: { readonly email: string; readonly name: string };
  readonly replyTo: { readonly email: string; readonly name: string };
  readonly locales: string[];
  readonly confirmPage: {
    readonly expiryDays: number;
    readonly reminderMs: number | null;
    readonly returnUrl: string;
    readonly accent: string;
  };
}

export function toSettings({
  name,
  objections,
  sender,
  replyTo,
  locales,
  confirmPage,
}: Application): Settings {
  const { expiryMs, reminderMs, returnUrl, accent } = confirmPage;
  return {
    ...{ name, objections, locales },
    sender: { email: sender?.email ?? '', name: sender?.name ?? '' },
    replyTo: { email: replyTo?.email ?? '', name: replyTo?.name ?? '' },
    confirmPage: {
      expiryDays: expiryMs / DAY_MS,
      reminderMs,
      returnUrl: returnUrl ?? '',
      accent: accent ?? '',
    },
  };
}

export function toInput({
  name,
  objections,
  sender,
  replyTo,
  locales,
  confirmPage,
}: Settings): ApplicationInput {
  const { expiryDays, reminderMs, returnUrl, accent } = confirmPage;
  return {
    ...{ name, objections, locales },
    sender: mailbox(sender),
    replyTo: mailbox(replyTo),
    confirmPage: {
      expiryMs: Math.round(expiryDays * DAY_MS),
      reminderMs,
      returnUrl: orNull(returnUrl),
      accent: orNull(accent),
    },
  };
}

function mailbox({ email, name }: Settings['sender']): { email: string; name: string | null } | null {
  return email.trim() === '' ? null : { email: email.trim(), name: orNull(name) };
}

function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}
