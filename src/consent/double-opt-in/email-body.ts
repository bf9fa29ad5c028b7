import type { Envelope } from '../rendering/bodies';

/** The body of a Citizen Emails webhook, without `sentAt` (rule `body-as-documented`). */
export interface CitizenEmailBody extends Envelope {
  readonly emailId: string;
  readonly type: 'double-opt-in';
  readonly transactionIds: readonly string[];
  readonly locale: string;
  readonly from: EmailAddress;
  readonly to: readonly EmailAddress[];
  readonly replyTo: EmailAddress | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly confirmUrl: string;
  readonly expiresAt: string;
}

/** A mailbox with the name shown beside it. */
export interface EmailAddress {
  readonly email: string;
  readonly name: string | null;
}

/** What must not be kept of an erased e-mail, even where a receiver echoes it: the link's token, and addresses. */
export function secretsOfEmail({ confirmUrl, to }: CitizenEmailBody): string[] {
  return [tokenOf(confirmUrl), ...to.map(({ email }) => email)];
}

/** Whoever has it can decide for the citizen. */
export function tokenOf(confirmUrl: string): string {
  return confirmUrl.slice(confirmUrl.lastIndexOf('/') + 1);
}
