import type { Visibility } from '../access/visibility';
import { databaseNow, type Tx } from '../platform/database';
import type { TargetRules } from '../platform/egress';
import type { Sealer } from '../platform/encryption';
import { fieldProblem, invalid } from '../platform/errors';
import { newId } from '../platform/ids';
import { newSigningKey } from '../platform/signing-key';
import { certificateColumns, NO_CERTIFICATE } from './client-certificate';
import { credentialColumns, NO_CREDENTIALS } from './credentials';
import { checkFilter, keysOf } from './filter';
import { checkPayload } from './payload';
import { showWithHealth } from './read';
import { checkBesideAuthentication, sealHeaders } from './static-headers';
import type { SubscriptionCreation, SubscriptionView } from './schema';
import { shownSecret } from './signing';
import { givenUrl, urlColumns } from './stored-url';
import { targetProblem } from './target-url';

/** Settings that decide which subscriptions are allowed. */
export type SubscriptionRules = TargetRules;

/**
 * Creates a subscription. The answer alone shows its signing secret.
 * @throws ServiceError where the application is unknown, or the target not allowed.
 */
export async function createSubscription(
  tx: Tx,
  visible: Visibility,
  sealer: Sealer,
  rules: SubscriptionRules,
  input: SubscriptionCreation,
): Promise<SubscriptionView> {
  const url = givenUrl(input.url, undefined);
  checkTarget(rules, url);
  checkTokenTarget(rules, input.authentication);
  await requireApplication(tx, visible, input.applicationId);
  await checkFilter(tx, input, input.filter);
  checkPayload(input.updateType, input.payload);
  const signingKey = newSigningKey(input.signing);
  const { applicationId, name, updateType, status, maxInFlight, earlyRecovery, halfOpenProbing, signing } =
    input;
  const credentials = input.authentication ? credentialColumns(sealer, input.authentication) : NO_CREDENTIALS;
  const headersSealed = sealHeaders(sealer, input.headers ?? [], null);
  checkBesideAuthentication(sealer, headersSealed, credentials);
  const certificate = certificateColumns(sealer, input.clientCertificate ?? null, NO_CERTIFICATE);
  const row = await tx.subscription.create({
    data: {
      id: newId(),
      pausedAt: status === 'paused' ? await databaseNow(tx) : null,
      ...{ applicationId, name, updateType, status, maxInFlight, earlyRecovery, halfOpenProbing, signing },
      filter: keysOf(input.filter),
      payloadPrevious: input.payload.previous,
      ...urlColumns(sealer, url),
      ...credentials,
      headersSealed,
      ...certificate,
      signingSecretSealed: sealer.seal(signingKey, 'signing-secret'),
    },
  });
  const shown = await showWithHealth(tx, sealer, row);
  return { ...shown, signingSecret: shownSecret(signing, signingKey) };
}

/** @throws ServiceError naming the URL where the rules forbid it. */
export function checkTarget(rules: SubscriptionRules, url: string, path = 'url'): void {
  const problem = targetProblem(rules, url);
  if (problem !== undefined) throw invalid(fieldProblem(path, problem));
}

/** The same for the URL that access tokens are asked for at, where there is one. */
export function checkTokenTarget(
  rules: SubscriptionRules,
  authentication: SubscriptionCreation['authentication'],
): void {
  if (authentication?.authType === 'oauth2')
    checkTarget(rules, authentication.oauth2Auth.tokenUrl, 'authentication.oauth2Auth.tokenUrl');
}

/** @throws ServiceError naming `applicationId` where there is no such application. */
export async function requireApplication(tx: Tx, visible: Visibility, id: string): Promise<void> {
  // Held until the commit, so that it is not deleted in between.
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "Application" WHERE "id" = ${id} AND "deletedAt" IS NULL FOR KEY SHARE`;
  if (rows.length === 0 || !visible.admits(id))
    throw invalid(fieldProblem('applicationId', 'unknown_application', { applicationId: id }));
}
