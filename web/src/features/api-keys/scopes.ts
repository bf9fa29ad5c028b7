import type { components } from '../../api/schema';

export type Scope = components['schemas']['Scope'];

/** All scopes, in the order in which they are shown, each with where its words stand. */
export const SCOPES = [
  { scope: 'consent:read', words: 'apiKeys.scopes.consent.read' },
  { scope: 'consent:write', words: 'apiKeys.scopes.consent.write' },
  { scope: 'citizens:read', words: 'apiKeys.scopes.citizens.read' },
  { scope: 'citizens:write', words: 'apiKeys.scopes.citizens.write' },
  { scope: 'catalogue:read', words: 'apiKeys.scopes.catalogue.read' },
  { scope: 'catalogue:write', words: 'apiKeys.scopes.catalogue.write' },
  { scope: 'subscriptions:read', words: 'apiKeys.scopes.subscriptions.read' },
  { scope: 'subscriptions:write', words: 'apiKeys.scopes.subscriptions.write' },
  { scope: 'deliveries:read', words: 'apiKeys.scopes.deliveries.read' },
  { scope: 'deliveries:write', words: 'apiKeys.scopes.deliveries.write' },
  { scope: 'audit:read', words: 'apiKeys.scopes.audit.read' },
] as const satisfies readonly { readonly scope: Scope; readonly words: string }[];
