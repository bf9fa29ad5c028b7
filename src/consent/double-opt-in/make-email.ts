/** Makes an e-mail that requests a confirmation: its content, link and deliveries (rule `double-opt-in`). */
import type { Application } from '../../../generated/prisma/client';
import { DEFAULT_ACCENT, textOn } from '../../emails/colours';
import { formatMoment, type EmailValues } from '../../emails/values';
import type { Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { newId } from '../../platform/ids';
import type { Logger } from '../../platform/logger';
import { reasonText } from '../../platform/reasons';
import { enqueueEmail } from '../recording/enqueue-for-subscribers';
import type { CitizenContact } from './address';
import { cancelEmails } from './close-opt-in';
import { describeItems } from './describe-items';
import type { CitizenEmailBody } from './email-body';
import type { OptInItem } from './items';
import type { LockedOptIn } from './lock-opt-in';
import { renderFirst, type ReadyTemplate } from './templates';
import { hashOfToken, newToken } from './token';

/** What making e-mails needs. */
export interface EmailMaker {
  readonly sealer: Sealer;
  readonly logger: Logger;
  /** Base of the links: the URL at which citizens reach the API. */
  readonly publicUrl: string;
}

/** What an e-mail is made from. */
export interface EmailDraft extends LockedOptIn {
  readonly application: Application & { readonly senderEmail: string };
  readonly contact: CitizenContact & { readonly email: string };
  /** At least one. */
  readonly items: readonly OptInItem[];
  readonly reminder: boolean;
  /** The most fitting first. */
  readonly templates: readonly ReadyTemplate[];
}

/** The type of these e-mails. */
export const TYPE = 'double-opt-in';

/** Tells other mail systems that no answer is wanted, least of all an automatic one (RFC 3834 §5). */
const HEADERS = [
  { name: 'Auto-Submitted', value: 'auto-generated' },
  { name: 'X-Auto-Response-Suppress', value: 'All' },
];

/**
 * Makes one e-mail and enqueues its deliveries. Earlier e-mails that are not delivered yet are cancelled, so that the
 * citizen gets one e-mail, not several, from an endpoint that was down. Only the sealed content holds the link's token.
 */
export async function makeEmail(tx: Tx, maker: EmailMaker, draft: EmailDraft): Promise<void> {
  const { optIn, citizen, application, contact, items } = draft;
  const emailId = newId();
  const token = newToken();
  const confirmUrl = `${maker.publicUrl}/confirm/${token}`;
  const values = await valuesOf(tx, draft, confirmUrl);
  const { locale, subject, html, text } = await renderFirst(
    maker.logger,
    application.id,
    draft.templates,
    values,
  );
  const transactions = items.map(({ transaction }) => transaction);
  const latest = transactions.reduce((a, b) => (b.sequence > a.sequence ? b : a));
  const { applicationId, id: citizenId, externalRef } = citizen;
  await cancelEmails(tx, optIn.id, reasonText('newer_email'));
  await tx.email.create({
    data: {
      ...{ id: emailId, optInId: optIn.id, type: TYPE },
      ...{ tokenHash: hashOfToken(token), expiresAt: optIn.expiresAt, createdAt: draft.at },
    },
  });
  const body: CitizenEmailBody = {
    ...{ applicationId, citizenId, externalRef, emailId, type: TYPE },
    transactionIds: transactions.map(({ id }) => id),
    locale,
    from: { email: application.senderEmail, name: application.senderName },
    to: [{ email: contact.email, name: null }],
    replyTo:
      application.replyToEmail === null
        ? null
        : { email: application.replyToEmail, name: application.replyToName },
    ...{ subject, text, html },
    headers: [...HEADERS, { name: 'X-Entity-Ref-ID', value: emailId }],
    confirmUrl,
    expiresAt: optIn.expiresAt.toISOString(),
  };
  const { changeId, sequence } = latest;
  await enqueueEmail(tx, maker.sealer, { applicationId, citizenId, changeId, sequence, emailId, body });
}

async function valuesOf(
  tx: Tx,
  { optIn, citizen, application, items, reminder }: EmailDraft,
  confirmUrl: string,
): Promise<(locale: string) => EmailValues> {
  const accent = application.confirmAccent ?? DEFAULT_ACCENT;
  const described = await describeItems(
    tx,
    application.id,
    items.map(({ transaction }) => transaction),
  );
  return (locale) => ({
    application: { name: application.name, accent, accentText: textOn(accent) },
    citizen: { externalRef: citizen.externalRef },
    items: described.map(({ name, statement, privacyPolicy }) => ({ name, statement, privacyPolicy })),
    confirmUrl,
    expiresAt: formatMoment(optIn.expiresAt, locale),
    locale,
    reminder,
  });
}
