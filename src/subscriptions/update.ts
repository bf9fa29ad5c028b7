/** Changes to a subscription reach deliveries already waiting, at once (rule `changes-reach-waiting-deliveries`). */
import type { Visibility } from '../access/visibility';
import { databaseNow, Prisma, type Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid, refusal } from '../platform/errors';
import { checkInput } from '../platform/field-problems';
import { checkTarget, checkTokenTarget, type SubscriptionRules } from './create';
import { certificateColumns, showCertificate } from './client-certificate';
import { credentialColumns, credentialsDiffer, showCredentials } from './credentials';
import { checkFilter, filterColumns, keysOf, showFilter } from './filter';
import { applyPatch } from './patch';
import { checkPayload } from './payload';
import { showWithHealth } from './read';
import type { SubscriptionRow } from './representation';
import {
  type SubscriptionPatch,
  type SubscriptionReplacement,
  subscriptionReplacement,
  type SubscriptionView,
} from './schema';
import { kindOf, shownSecret } from './signing';
import { DEFAULT_OVERLAP_MS, replaceSigningKey } from './signing-columns';
import { checkBesideAuthentication, headersDiffer, sealHeaders, showHeaders } from './static-headers';
import { givenUrl, openUrl, urlColumns } from './stored-url';
import { isSameOrigin } from './target-url';
import { noteLack } from './lacking';
import { addBulkSignal } from '../outbox/bulk-signals';
import { knockNow } from '../outbox/endpoint-probes';

/** Replaces a subscription (PUT). Absent secrets, status, authentication and headers stay. */
export async function replaceSubscription(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  rules: SubscriptionRules,
  id: string,
  input: SubscriptionReplacement,
): Promise<SubscriptionView> {
  const row = await lockSubscription(tx, visible, id);
  return update(tx, sealer, rules, row, input);
}

/** Changes a part of a subscription (PATCH, RFC 7396). */
export async function patchSubscription(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  rules: SubscriptionRules,
  id: string,
  patch: SubscriptionPatch,
): Promise<SubscriptionView> {
  const row = await lockSubscription(tx, visible, id);
  const merged = checkInput(subscriptionReplacement, applyPatch(sealer, row, patch));
  if (!merged.ok) throw invalid(...merged.problems);
  return update(tx, sealer, rules, row, merged.data);
}

/**
 * The row, locked until the transaction ends. The lock excludes recorded changes, which read the row FOR SHARE, so that
 * a pause lies wholly before or wholly after each of them; it lets rows that refer to this one be written.
 * @throws ServiceError where there is none.
 */
export async function lockSubscription(tx: Tx, visible: Visibility, id: string): Promise<SubscriptionRow> {
  const [row] = await tx.$queryRaw<SubscriptionRow[]>`
    SELECT * FROM "Subscription"
    WHERE id = ${id}::uuid AND "deletedAt" IS NULL AND ${visible.condition(Prisma.sql`"applicationId"`)}
    FOR NO KEY UPDATE`;
  if (!row) throw refusal('subscription_not_found');
  return row;
}

/**
 * What the requests to the URL of the input would carry. At another origin also what would stay as it is has to be given again
 * (rule `credentials-stay-with-their-origin`).
 */
export function carried(
  sealer: Sealer,
  row: SubscriptionRow,
  input: Pick<SubscriptionReplacement, 'url' | keyof Carried>,
): Carried & { readonly elsewhere: boolean } {
  const { authentication, headers, clientCertificate } = input;
  if (isSameOrigin(input.url, row.url))
    return { authentication, headers, clientCertificate, elsewhere: false };
  return {
    authentication: authentication ?? showCredentials(sealer, row),
    headers: headers ?? showHeaders(sealer, row.headersSealed),
    clientCertificate:
      clientCertificate === undefined
        ? showCertificate(sealer, row.clientCertificateSealed)
        : clientCertificate,
    elsewhere: true,
  };
}

/** What requests carry that nobody else is to get. */
type Carried = Pick<SubscriptionReplacement, 'authentication' | 'headers' | 'clientCertificate'>;

async function update(
  tx: Tx,
  sealer: Sealer,
  rules: SubscriptionRules,
  row: SubscriptionRow,
  input: SubscriptionReplacement,
): Promise<SubscriptionView> {
  if (input.applicationId !== undefined && input.applicationId !== row.applicationId) {
    throw invalid(fieldProblem('applicationId', 'immutable'));
  }
  const storedUrl = openUrl(sealer, row);
  const url = givenUrl(input.url, storedUrl);
  if (url !== storedUrl) checkTarget(rules, url);
  checkTokenTarget(rules, input.authentication);
  const { name, updateType, status = row.status } = input;
  const { maxInFlight = row.maxInFlight } = input;
  const { earlyRecovery = row.earlyRecovery, halfOpenProbing = row.halfOpenProbing } = input;
  const filter = input.filter === undefined ? row.filter : keysOf(input.filter);
  const filterDiffers = filter.join('\n') !== row.filter.join('\n');
  if (filterDiffers || updateType !== row.updateType)
    await checkFilter(
      tx,
      { applicationId: row.applicationId, updateType },
      input.filter ?? showFilter({ filter }),
    );
  const { payload = { previous: row.payloadPrevious } } = input;
  checkPayload(updateType, payload);
  const { authentication, headers, clientCertificate, elsewhere } = carried(sealer, row, input);
  const credentials = authentication && credentialColumns(sealer, authentication, row, elsewhere);
  const headersSealed = headers && sealHeaders(sealer, headers, row.headersSealed, elsewhere);
  checkBesideAuthentication(
    sealer,
    headersSealed === undefined ? row.headersSealed : headersSealed,
    credentials ?? row,
  );
  const certificate =
    clientCertificate === undefined ? row : certificateColumns(sealer, clientCertificate, row, elsewhere);
  const newCredentials = {
    ...(credentials && credentialsDiffer(sealer, row, credentials) ? credentials : {}),
    ...(headersSealed !== undefined && headersDiffer(sealer, row.headersSealed, headersSealed)
      ? { headersSealed }
      : {}),
    ...(certificate.clientCertificateSealed === row.clientCertificateSealed
      ? {}
      : {
          clientCertificateSealed: certificate.clientCertificateSealed,
          clientCertificateUntil: certificate.clientCertificateUntil,
        }),
  };

  const reachesWaiting = url !== storedUrl || status !== row.status || Object.keys(newCredentials).length > 0;
  const same =
    name === row.name &&
    updateType === row.updateType &&
    maxInFlight === row.maxInFlight &&
    earlyRecovery === row.earlyRecovery &&
    !filterDiffers &&
    payload.previous === row.payloadPrevious &&
    halfOpenProbing === row.halfOpenProbing;
  const signs = input.signing ?? kindOf(row);
  if (!reachesWaiting && same && signs === kindOf(row)) return showWithHealth(tx, sealer, row);
  const signing =
    signs === kindOf(row) ? undefined : await replaceSigningKey(tx, sealer, row, signs, DEFAULT_OVERLAP_MS);

  const data: Prisma.SubscriptionUpdateInput = {
    name,
    ...(url === storedUrl ? {} : urlColumns(sealer, url)),
    updateType,
    status,
    maxInFlight,
    earlyRecovery,
    halfOpenProbing,
    ...(filterDiffers && (await filterColumns(tx, row, filter))),
    payloadPrevious: payload.previous,
    ...(status !== row.status && { pausedAt: status === 'paused' ? await databaseNow(tx) : null }),
    ...newCredentials,
    ...signing?.columns,
  };
  // The old one is none of the new credentials'; what went wrong with it is over.
  if ('authType' in newCredentials) await tx.accessToken.deleteMany({ where: { subscriptionId: row.id } });
  const updated = await tx.subscription.update({ where: { id: row.id }, data });
  if (elsewhere || filterDiffers || updateType !== row.updateType) await noteLack(tx, row.id);
  if (reachesWaiting) {
    await addBulkSignal(tx, row.id, 'subscriptionChanged');
    await knockNow(tx, row.id);
  }
  const shown = await showWithHealth(tx, sealer, updated);
  return signing ? { ...shown, signingSecret: shownSecret(signs, signing.key) } : shown;
}
