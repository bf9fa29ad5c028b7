import { showCredentials } from './credentials';
import { type Json, mergePatch } from './merge-patch';
import type { SubscriptionRow } from './representation';
import type { SubscriptionPatch } from './schema';

/** The body of a PUT that a PATCH amounts to: the patch merged into what GET shows (RFC 7396). */
export function applyPatch(row: SubscriptionRow, patch: SubscriptionPatch): Json {
  const { applicationId, name, url, updateType, status } = row;
  const shown = {
    ...{ applicationId, name, url, updateType, status },
    authentication: authenticationBase(row, patch),
  };
  // What a request held is JSON by construction. Members that can't be changed are not looked at.
  const members = Object.entries(patch).filter(([name]) => name in shown);
  return mergePatch(shown, Object.fromEntries(members) as Json);
}

/**
 * What the patch's authentication is merged into. Of another type nothing stays, or its members would be left over; and
 * with a new token the old one's expiry goes, unless the patch brings another.
 */
function authenticationBase(row: SubscriptionRow, { authentication: patch }: SubscriptionPatch): Json {
  const shown = showCredentials(row);
  if (patch?.authType !== undefined && patch.authType !== shown.authType) return {};
  if (shown.authType !== 'bearer' || typeof patch?.bearerAuth?.token !== 'string') return shown;
  return { ...shown, bearerAuth: { ...shown.bearerAuth, expiresAt: null } };
}
