/** What a route asks of its caller, and who has it (rule `declared-access`). */
import { refusal, type ServiceError } from '../platform/errors';
import type { Caller } from './authenticate';
import { isAtLeast, roleOf, type Role, type Scope } from './scopes';
import type { LiveSession } from './sessions';

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

/** What counts of a person. */
export type Person = Pick<LiveSession, 'role' | 'applicationIds'> & {
  readonly hasToSetUpSecondFactor: boolean;
};

/**
 * @throws ServiceError `missing_scope` to a key, `missing_role` to a person, both naming what is missing, or
 *   `all_applications_required`, or `second_factor_required`; `session_required` to a key where only a person may call.
 */
export function requireAccess(access: Access, caller: Caller): void {
  const { session, scopes, hasToSetUpSecondFactor = false } = caller;
  if (session) {
    const refused = refusalToPerson(access, { ...session, hasToSetUpSecondFactor });
    if (refused) throw refused;
    return;
  }
  if (!('scope' in access)) throw refusal('session_required');
  if (!scopes.includes(access.scope)) throw refusal('missing_scope', { scope: access.scope });
}

/** Whether a person may call what asks this of its caller. */
export function mayCall(access: Access, person: Person): boolean {
  return refusalToPerson(access, person) === undefined;
}

function refusalToPerson(
  access: Access,
  { role, applicationIds, hasToSetUpSecondFactor }: Person,
): ServiceError | undefined {
  if (hasToSetUpSecondFactor && !('withoutSecondFactor' in access)) return refusal('second_factor_required');
  const needed = 'scope' in access ? roleOf(access.scope) : access.role;
  if (!isAtLeast(role, needed)) return refusal('missing_role', { role: needed });
  if ('everywhere' in access && applicationIds !== null) return refusal('all_applications_required');
  return undefined;
}
