/** What a caller may do: the scopes of API keys, and the roles of people, which stand for scopes. */

/** Each opens the operations that name it. */
export const SCOPES = [
  'consent:read',
  'consent:write',
  'citizens:read',
  'citizens:write',
  'catalogue:read',
  'catalogue:write',
  'subscriptions:read',
  'subscriptions:write',
  'deliveries:read',
  'deliveries:write',
  'audit:read',
] as const;

/** What an API key may do. */
export type Scope = (typeof SCOPES)[number];

/** From the one who may do least to the one who may do most. Each may do all that the one before may. */
export const ROLES = ['viewer', 'editor', 'owner'] as const;

/** What an administrator may do. */
export type Role = (typeof ROLES)[number];

/** Whether a role may do all that another one may. */
export function isAtLeast(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}

/** The role that a scope comes with: who only looks is a viewer. */
export function roleOf(scope: Scope): Role {
  return scope.endsWith(':read') ? 'viewer' : 'editor';
}

/** The scopes among texts that were stored: one that a newer version knows opens nothing here. */
export function scopesAmong(texts: readonly string[]): Scope[] {
  return SCOPES.filter((scope) => texts.includes(scope));
}

/** The role of a text that was stored: one that a newer version knows may do least. */
export function roleAmong(text: string): Role {
  return ROLES.find((role) => role === text) ?? 'viewer';
}
