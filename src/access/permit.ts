/** What a route asks of its caller, and who has it (rule `declared-access`). */
import { refusal } from '../platform/errors';
import type { Caller } from './authenticate';
import { isAtLeast, roleOf, type Role, type Scope } from './scopes';

/** A key with the scope, or a person whose role has it; or a person with the role, and no key. */
export type Access =
  | { readonly scope: Scope }
  | {
      readonly role: Role;
      /** Only where all applications exist for them: what they do concerns all. */
      readonly everywhere?: true;
      /** Also to whoever has to set up a second factor first. */
      readonly withoutSecondFactor?: true;
    };

/**
 * @throws ServiceError `missing_scope` to a key, `missing_role` to a person, both naming what is missing, or
 *   `all_applications_required`, or `second_factor_required`; `session_required` to a key where only a person may call.
 */
export function requireAccess(access: Access, caller: Caller): void {
  const { session, scopes } = caller;
  if (session) {
    if (caller.hasToSetUpSecondFactor && !('withoutSecondFactor' in access))
      throw refusal('second_factor_required');
    const role = 'scope' in access ? roleOf(access.scope) : access.role;
    if (!isAtLeast(session.role, role)) throw refusal('missing_role', { role });
    if ('everywhere' in access && session.applicationIds !== null) throw refusal('all_applications_required');
    return;
  }
  if (!('scope' in access)) throw refusal('session_required');
  if (!scopes.includes(access.scope)) throw refusal('missing_scope', { scope: access.scope });
}
