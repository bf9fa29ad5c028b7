/** Test requests: what a test of an endpoint needs of a subscription, whether it is stored or still being edited. */
import type { Visibility } from '../access/visibility';
import { databaseNow, type Prisma, type Tx } from '../platform/database';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid, refusal } from '../platform/errors';
import { newId } from '../platform/ids';
import { newSigningKey, type SigningKind } from '../platform/signing-key';
import { checkTarget, checkTokenTarget, requireApplication, type SubscriptionRules } from './create';
import { certificateColumns, NO_CERTIFICATE } from './client-certificate';
import { credentialColumns, NO_CREDENTIALS, type CredentialColumns } from './credentials';
import { checkFilter, keysOf } from './filter';
import { checkPayload } from './payload';
import { subscriptionCreation, subscriptionId, updateType, type UpdateType } from './schema';
import { kindOf } from './signing';
import { checkBesideAuthentication, sealHeaders } from './static-headers';
import { givenUrl, openUrl } from './stored-url';
import { carried } from './update';
import type { z } from 'zod';

/** A subscription to send a test webhook for. Its secrets are still encrypted, but for those of its URL. */
export type TestRequest = CredentialColumns &
  Pick<
    Prisma.SubscriptionModel,
    'headersSealed' | 'clientCertificateSealed' | 'signingSecretSealed' | 'previousSigningSecretSealed'
  > & {
    readonly subscriptionId: string;
    readonly applicationId: string;
    readonly url: string;
    readonly updateType: UpdateType;
    readonly signing: SigningKind;
    /** What it is told of, as stored; empty: everything. */
    readonly filter: readonly string[];
    readonly payloadPrevious: boolean;
    /** What it authenticates by is what is stored. */
    readonly authenticationSaved: boolean;
  };

/** Body of a test before saving: that of a creation, and the subscription whose secrets stand in for absent ones. */
export const unsavedSubscription = subscriptionCreation
  .extend({
    id: subscriptionId.optional().meta({
      description:
        'Id of the subscription that the draft is of: secrets that are absent or null are taken from it.',
    }),
  })
  .meta({ id: 'SubscriptionDraft', description: 'A subscription that is not saved.' });

/** @throws ServiceError where there is no such subscription. */
export async function storedTestRequest(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  storedId: string,
): Promise<TestRequest> {
  const row = await find(tx, visible, storedId);
  return { ...testRequestOf(row, await databaseNow(tx)), url: openUrl(sealer, row) };
}

/**
 * A subscription as it would be once saved. A new one has no signing secret yet; the test is signed with a random secret
 * that is not stored.
 * @throws ServiceError naming what saving would refuse.
 */
export async function unsavedTestRequest(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  rules: SubscriptionRules,
  input: z.output<typeof unsavedSubscription>,
): Promise<TestRequest> {
  const { updateType: type, applicationId, authentication, headers } = input;
  const stored = input.id === undefined ? undefined : await find(tx, visible, input.id);
  const url = givenUrl(input.url, stored && openUrl(sealer, stored));
  checkTarget(rules, url);
  checkTokenTarget(rules, authentication);
  if (!stored) await requireApplication(tx, visible, applicationId);
  else if (stored.applicationId !== applicationId) throw invalid(fieldProblem('applicationId', 'immutable'));
  await checkFilter(tx, input, input.filter);
  checkPayload(type, input.payload);
  const told = { filter: keysOf(input.filter), payloadPrevious: input.payload.previous };
  const target = { url, updateType: type, ...told };
  if (!stored) {
    const credentials = authentication ? credentialColumns(sealer, authentication) : NO_CREDENTIALS;
    const headersSealed = sealHeaders(sealer, headers ?? [], null);
    checkBesideAuthentication(sealer, headersSealed, credentials);
    const signingSecretSealed = sealer.seal(newSigningKey(input.signing), 'signing-secret');
    const keys = { signingSecretSealed, previousSigningSecretSealed: null };
    const unsaved = { subscriptionId: newId(), authenticationSaved: false };
    const certificate = certificateColumns(sealer, input.clientCertificate ?? null, NO_CERTIFICATE);
    const { clientCertificateSealed } = certificate;
    return {
      ...credentials,
      headersSealed,
      clientCertificateSealed,
      ...keys,
      ...target,
      applicationId,
      signing: input.signing,
      ...unsaved,
    };
  }
  const given = carried(sealer, stored, input);
  const credentials = given.authentication
    ? credentialColumns(sealer, given.authentication, stored, given.elsewhere)
    : stored;
  const headersSealed = given.headers
    ? sealHeaders(sealer, given.headers, stored.headersSealed, given.elsewhere)
    : stored.headersSealed;
  checkBesideAuthentication(sealer, headersSealed, credentials);
  const authenticationSaved = credentials.authSecretSealed === stored.authSecretSealed;
  const certificate =
    given.clientCertificate === undefined
      ? stored
      : certificateColumns(sealer, given.clientCertificate, stored, given.elsewhere);
  const { clientCertificateSealed } = certificate;
  const carriedNow = { ...stored, ...credentials, headersSealed, clientCertificateSealed };
  return { ...testRequestOf(carriedNow, await databaseNow(tx)), ...target, authenticationSaved };
}

async function find(tx: Tx, visible: Visibility, storedId: string): Promise<Prisma.SubscriptionModel> {
  const row = await tx.subscription.findFirst({
    where: { id: storedId, deletedAt: null, ...visible.rows() },
  });
  if (!row) throw refusal('subscription_not_found');
  return row;
}

/** All but its URL. */
function testRequestOf(row: Prisma.SubscriptionModel, now: Date): Omit<TestRequest, 'url'> {
  const overlaps = row.previousSigningSecretUntil !== null && row.previousSigningSecretUntil > now;
  return {
    subscriptionId: row.id,
    authenticationSaved: true,
    applicationId: row.applicationId,
    updateType: updateType.parse(row.updateType),
    filter: row.filter,
    payloadPrevious: row.payloadPrevious,
    signing: kindOf(row),
    authType: row.authType,
    authLocation: row.authLocation,
    authKey: row.authKey,
    authExpiresAt: row.authExpiresAt,
    authSecretSealed: row.authSecretSealed,
    headersSealed: row.headersSealed,
    clientCertificateSealed: row.clientCertificateSealed,
    signingSecretSealed: row.signingSecretSealed,
    previousSigningSecretSealed: overlaps ? row.previousSigningSecretSealed : null,
  };
}
