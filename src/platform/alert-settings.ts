/** Where operators are told of trouble, beside the admin UI. */
import { z } from 'zod';
import { ConfigError, duration, DURATION_FORM, type Reader } from './config-reader';
import { mailAddress } from './fields';

/** Settings of alerts. */
export interface AlertSettings {
  /** A withdrawal that is undelivered for so long is an alert. Milliseconds. */
  readonly alertWithdrawalAfterMs: number;
  /** Where operational webhooks go; a part of it may be secret. */
  readonly alertWebhookUrl: string | undefined;
  readonly alertEmail: AlertEmailSettings | undefined;
}

/** How operators are told by e-mail. */
export interface AlertEmailSettings {
  readonly to: readonly string[];
  readonly from: string;
  /** `smtp:` or `smtps:`, with its credentials, which are secret. */
  readonly smtpUrl: string;
}

const addresses = z
  .string()
  .transform((list) => list.split(',').map((entry) => entry.trim()))
  .pipe(z.array(mailAddress));

/** Reads them. */
export function readAlertSettings(read: Reader): AlertSettings {
  return {
    alertWithdrawalAfterMs: read('CPM_ALERT_WITHDRAWAL_AFTER', duration, DURATION_FORM) ?? 900_000,
    alertWebhookUrl: read(
      'CPM_ALERT_WEBHOOK_URL',
      z.url({ protocol: /^https?$/ }).refine((url) => !url.includes('#')),
      'a URL like https://ops.example.com/alerts',
    ),
    alertEmail: readEmail(read),
  };
}

function readEmail(read: Reader): AlertEmailSettings | undefined {
  const to = read('CPM_ALERT_EMAIL_TO', addresses, 'an e-mail address, or several, separated by commas');
  const from = read('CPM_ALERT_EMAIL_FROM', mailAddress, 'an e-mail address');
  const smtpUrl = read(
    'CPM_SMTP_URL',
    z.url({ protocol: /^smtps?$/ }),
    'a URL like smtps://user:password@mail.example.com',
  );
  if (to === undefined && smtpUrl === undefined) return undefined;
  if (smtpUrl === undefined) throw new ConfigError('CPM_SMTP_URL', 'set with CPM_ALERT_EMAIL_TO');
  const [first] = to ?? [];
  if (to === undefined || first === undefined)
    throw new ConfigError('CPM_ALERT_EMAIL_TO', 'set with CPM_SMTP_URL');
  return { to, from: from ?? first, smtpUrl };
}
