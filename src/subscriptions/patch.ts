import type { Sealer } from '../platform/encryption';
import { showCertificate } from './client-certificate';
import { showCredentials } from './credentials';
import { showFilter } from './filter';
import { type Json, mergePatch } from './merge-patch';
import type { SubscriptionRow } from './representation';
import type { SubscriptionPatch } from './schema';
import { showHeaders } from './static-headers';

/** The body of a PUT that a PATCH amounts to: the patch merged into what GET shows (RFC 7396). */
export function applyPatch(sealer: Sealer, row: SubscriptionRow, patch: SubscriptionPatch): Json {
  const {
    applicationId,
    name,
    url,
    updateType,
    status,
    maxInFlight,
    earlyRecovery,
    halfOpenProbing,
    signing,
  } = row;
  const shown = {
    ...{ applicationId, name, url, updateType, status, maxInFlight, earlyRecovery, halfOpenProbing, signing },
    authentication: authenticationBase(sealer, row, patch),
    headers: showHeaders(sealer, row.headersSealed),
    clientCertificate: showCertificate(sealer, row.clientCertificateSealed),
    filter: showFilter(row),
    payload: { previous: row.payloadPrevious },
  };
  // A request's body is JSON by construction. Members that can't be changed are ignored.
  const members = Object.entries(patch).filter(([name]) => name in shown);
  const merged = mergePatch(shown, Object.fromEntries(members) as Json) as Readonly<Record<string, Json>>;
  // A merge takes a member away that is null, which would leave what is stored as it is.
  const removed = (['clientCertificate', 'filter'] as const).filter((name) => patch[name] === null);
  return { ...merged, ...Object.fromEntries(removed.map((name) => [name, null])) };
}

/**
 * The authentication that the patch is merged into. It is empty where the patch changes the type, or members of the old
 * type would remain. A new token removes the old token's expiry, unless the patch sets another.
 */
function authenticationBase(
  sealer: Sealer,
  row: SubscriptionRow,
  { authentication: patch }: SubscriptionPatch,
): Json {
  const shown = showCredentials(sealer, row);
  if (patch?.authType !== undefined && patch.authType !== shown.authType) return {};
  if (shown.authType !== 'bearer' || typeof patch?.bearerAuth?.token !== 'string') return shown;
  return { ...shown, bearerAuth: { ...shown.bearerAuth, expiresAt: null } };
}
