/** Calls for administrators and one's own password. */
import { answer, api, done } from '../../api/client';
import type { components } from '../../api/schema';
import type { Page } from '../../api/types';

export type Role = components['schemas']['Role'];
export const ROLES = ['viewer', 'editor', 'owner'] as const satisfies readonly Role[];

export type Administrator = components['schemas']['Administrator'];

export const accountApi = {
  changePassword: (body: { currentPassword: string; newPassword: string }): Promise<void> =>
    done(api.PUT('/v1/session/password', { body })),
  administrators: (): Promise<Page<Administrator>> =>
    answer(api.GET('/v1/administrators', { params: { query: { limit: 100 } } })),
  add: (body: {
    email: string;
    password: string;
    role: Role;
    applicationIds: string[] | null;
  }): Promise<Administrator> => answer(api.POST('/v1/administrators', { body })),
  change: (id: string, body: { role: Role } | { applicationIds: string[] | null }): Promise<Administrator> =>
    answer(api.PATCH('/v1/administrators/{id}', { params: { path: { id } }, body })),
  remove: (id: string): Promise<void> =>
    done(api.DELETE('/v1/administrators/{id}', { params: { path: { id } } })),
} as const;
