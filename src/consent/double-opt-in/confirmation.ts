/** What a confirmation link leads to at a given moment. */
import type { Application, DoubleOptIn, Email } from '../../../generated/prisma/client';
import { databaseNow, type Tx } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { readAddress } from './address';
import { describeItems, type DescribedItem } from './describe-items';
import { findOpenItems, findRenewableItems, type OptInItem } from './items';
import { findEmail } from './token';

/** The most new e-mails that a citizen may request for one opt-in after links have expired. */
export const MOST_RENEWALS = 3;

/** A known link. */
export interface Confirmation {
  readonly application: Application;
  /** The citizen's locale. */
  readonly locale: string | null;
  readonly state: ConfirmationState;
}

/** What can be done with a link. */
export type ConfirmationState =
  /** To be confirmed or declined. */
  | {
      readonly kind: 'open';
      readonly items: readonly DescribedItem[];
      /** Number of the latest submission among the items: sent back with the decision, so that only what was shown counts. */
      readonly shown: number;
      readonly expiresAt: Date;
    }
  /** Done before, by this link or another one of the same opt-in. */
  | { readonly kind: 'decided'; readonly decision: Decision; readonly at: Date }
  /** Expired. `renewable`: the citizen can request a new e-mail. */
  | { readonly kind: 'expired'; readonly renewable: boolean }
  /** Another transaction took the place of the PENDING one meanwhile. */
  | { readonly kind: 'voided' };

/** A citizen's decision. */
export type Decision = 'confirmed' | 'declined';

/** Finds what a link leads to, without changing anything. Undefined for an unknown token. */
export async function findConfirmation(
  tx: Tx,
  sealer: Sealer,
  token: string,
): Promise<Confirmation | undefined> {
  const email = await findEmail(tx, token);
  // What is left of a deleted citizen is not shown.
  const where = { id: email?.optInId ?? '', citizen: { deletedAt: null } };
  const optIn = email && (await tx.doubleOptIn.findFirst({ where }));
  if (!email || !optIn) return undefined;
  return describe(tx, sealer, { email, optIn, at: await databaseNow(tx) });
}

/** The rows that a link belongs to, and the moment to judge them at. */
export interface ConfirmationRows {
  readonly email: Email;
  readonly optIn: DoubleOptIn;
  readonly at: Date;
}

/** Describes what can be done with a link. */
export async function describe(tx: Tx, sealer: Sealer, rows: ConfirmationRows): Promise<Confirmation> {
  const { applicationId, citizenId } = rows.optIn;
  const application = await tx.application.findUniqueOrThrow({ where: { id: applicationId } });
  const { locale } = await readAddress(tx, sealer, citizenId);
  return { application, locale, state: await stateOf(tx, rows) };
}

async function stateOf(tx: Tx, { email, optIn, at }: ConfirmationRows): Promise<ConfirmationState> {
  const { status } = optIn;
  if (email.usedAt || status === 'confirmed' || status === 'declined') {
    const last = await tx.doubleOptInDecision.findFirst({
      where: { optInId: optIn.id, ...(email.usedAt && { emailId: email.id }) },
      orderBy: { decidedAt: 'desc' },
    });
    return { kind: 'decided', decision: last?.decision as Decision, at: last?.decidedAt ?? at };
  }
  if (status === 'voided') return { kind: 'voided' };
  if (status === 'expired' || email.expiresAt <= at) {
    return { kind: 'expired', renewable: (await renewal(tx, optIn, at)) !== undefined };
  }
  const items = await findOpenItems(tx, optIn.id, at);
  if (items.length === 0) return { kind: 'voided' };
  const transactions = items.map(({ transaction }) => transaction);
  return {
    kind: 'open',
    items: await describeItems(tx, optIn.applicationId, transactions),
    shown: Math.max(...transactions.map(({ sequence }) => sequence)),
    expiresAt: email.expiresAt,
  };
}

/** What has to happen for a new e-mail. */
export type Renewal =
  /** The opt-in is still pending: it only needs another e-mail. */
  | { readonly kind: 'send' }
  /** The opt-in has ended and begins again with these items. */
  | { readonly kind: 'reopen'; readonly items: readonly OptInItem[] };

/** How a citizen whose link has expired can get a new e-mail; undefined when it is no longer possible. */
export async function renewal(tx: Tx, optIn: DoubleOptIn, at: Date): Promise<Renewal | undefined> {
  if (optIn.renewals >= MOST_RENEWALS) return undefined;
  const address = await tx.citizenAddress.findUnique({ where: { citizenId: optIn.citizenId } });
  if (!address?.emailSealed) return undefined;
  if (optIn.status === 'pending' && optIn.expiresAt > at) return { kind: 'send' };
  const other = await tx.doubleOptIn.findFirst({
    where: { citizenId: optIn.citizenId, status: 'pending', id: { not: optIn.id } },
  });
  if (other) return undefined;
  const items = await findRenewableItems(tx, optIn.id, at);
  return items.length > 0 ? { kind: 'reopen', items } : undefined;
}
