import type { Visibility } from '../access/visibility';

/**
 * Refuses a request whose path names an application that does not exist for the caller, before any work (rule
 * `others-do-not-exist`).
 */
export function refuseHidden(visible: Visibility, params: unknown): void {
  const { applicationId } = (params ?? {}) as { readonly applicationId?: unknown };
  if (typeof applicationId === 'string') visible.application(applicationId);
}
