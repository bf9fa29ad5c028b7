/** What an identity provider says of a person, and what follows from it here (rules `known-by-subject`, `role-from-the-provider`). */
import { z } from 'zod';
import type { IdentityProviderSettings, RoleRule } from '../../platform/log-in-settings';
import { mailAddress } from '../../platform/fields';

/** Claims of an ID token, and of what the provider tells besides. */
export type Claims = Readonly<Record<string, unknown>>;

/** The address of a person; undefined where the provider gives none, or does not say that it is theirs. */
export function emailOf(
  claims: Claims,
  { trustsEmails }: Pick<IdentityProviderSettings, 'trustsEmails'>,
): string | undefined {
  // Some say it in words.
  const isTheirs = trustsEmails || claims.email_verified === true || claims.email_verified === 'true';
  const email = address.safeParse(claims.email);
  return isTheirs && email.success ? email.data : undefined;
}

/** As accounts are named: case tells nobody apart. */
const address = z
  .string()
  .max(254)
  .transform((text) => text.trim().toLowerCase())
  .pipe(mailAddress);

/** What a person may do: by the first rule whose value the claim holds; undefined where it holds none. */
export function ruleFor(
  claims: Claims,
  { roleClaim, roles }: Pick<IdentityProviderSettings, 'roleClaim' | 'roles'>,
): RoleRule | undefined {
  const held = valuesOf(claims, roleClaim);
  return roles.find(({ value }) => held.includes(value));
}

/**
 * Whether the provider has asked strongly enough who somebody is: at a level (`acr`) or by a method (`amr`) that is named (OpenID Connect
 * Core 1.0 §2).
 */
export function isStrongEnough(
  claims: Claims,
  { levels }: Pick<IdentityProviderSettings, 'levels'>,
): boolean {
  const said = [...valuesOf(claims, 'acr'), ...valuesOf(claims, 'amr')];
  return levels.length === 0 || levels.some((level) => said.includes(level));
}

/** The texts of a claim: of its very name, which may hold dots, or else of the path. */
export function valuesOf(claims: Claims, name: string): string[] {
  const found = name in claims ? claims[name] : name.split('.').reduce<unknown>(memberOf, claims);
  return (Array.isArray(found) ? found : [found]).filter((value) => typeof value === 'string');
}

function memberOf(parent: unknown, name: string): unknown {
  return typeof parent === 'object' && parent !== null && Object.hasOwn(parent, name)
    ? (parent as Claims)[name]
    : undefined;
}
