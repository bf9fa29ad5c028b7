/** Calls for administrators and one's own password. */
import { answer, api, done } from '../../api/client';
import type { components } from '../../api/schema';
import type { Page } from '../../api/types';

export type Role = components['schemas']['Role'];
export const ROLES = ['viewer', 'editor', 'owner'] as const satisfies readonly Role[];

export type Administrator = components['schemas']['Administrator'];

export type OwnSession = components['schemas']['OwnSession'];

export type PasswordLink = components['schemas']['PasswordLink'];
type InvitedAdministrator = components['schemas']['InvitedAdministrator'];

export type SecondFactorSecret = components['schemas']['SecondFactorSecret'];
export const SECOND_FACTOR_KEY = ['second-factor'] as const;

export const accountApi = {
  changePassword: (body: { currentPassword: string; newPassword: string }): Promise<void> =>
    done(api.PUT('/v1/session/password', { body })),
  secondFactor: (): Promise<components['schemas']['SecondFactor']> =>
    answer(api.GET('/v1/session/second-factor')),
  beginSecondFactor: (body: { currentPassword: string }): Promise<SecondFactorSecret> =>
    answer(api.POST('/v1/session/second-factor', { body })),
  confirmSecondFactor: (body: { code: string }): Promise<components['schemas']['RecoveryCodes']> =>
    answer(api.PUT('/v1/session/second-factor', { body })),
  endSecondFactor: (body: { currentPassword: string; code: string }): Promise<void> =>
    done(api.POST('/v1/session/second-factor/end', { body })),
  resetSecondFactor: (id: string): Promise<void> =>
    done(api.POST('/v1/administrators/{id}/reset-second-factor', { params: { path: { id } } })),
  sessions: (): Promise<Page<OwnSession>> =>
    answer(api.GET('/v1/sessions', { params: { query: { limit: 100 } } })),
  endSession: (id: string): Promise<void> =>
    done(api.DELETE('/v1/sessions/{id}', { params: { path: { id } } })),
  endOtherSessions: (): Promise<void> => done(api.POST('/v1/sessions/end-others')),
  endSessionsOf: (id: string): Promise<void> =>
    done(api.POST('/v1/administrators/{id}/end-sessions', { params: { path: { id } } })),
  administrators: (): Promise<Page<Administrator>> =>
    answer(api.GET('/v1/administrators', { params: { query: { limit: 100 } } })),
  invite: (body: {
    email: string;
    role: Role;
    applicationIds: string[] | null;
  }): Promise<InvitedAdministrator> => answer(api.POST('/v1/administrators', { body })),
  makeLink: (id: string): Promise<PasswordLink> =>
    answer(api.POST('/v1/administrators/{id}/password-link', { params: { path: { id } } })),
  change: (id: string, body: { role: Role } | { applicationIds: string[] | null }): Promise<Administrator> =>
    answer(api.PATCH('/v1/administrators/{id}', { params: { path: { id } }, body })),
  remove: (id: string): Promise<void> =>
    done(api.DELETE('/v1/administrators/{id}', { params: { path: { id } } })),
} as const;
