import { z } from 'zod';
import {
  addAdministrator,
  administratorCreation,
  administratorId,
  administratorPatch,
  administratorView,
  changeAdministrator,
  listAdministrators,
  removeAdministrator,
} from '../../access/administrators';
import { hashPassword, requireUncommon } from '../../access/password';
import type { Database } from '../../platform/database';
import * as examples from '../examples/access';
import { route, type Route } from '../route';
import { pageOf, paging } from '../schemas/common';

const tag = 'Administrators';

/** People who may log in to the admin UI. */
export function administratorRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/administrators',
      operationId: 'listAdministrators',
      tag,
      access: { role: 'owner', everywhere: true },
      summary: 'List administrators',
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(administratorView, 'AdministratorPage'),
      read: ({ query }) => listAdministrators(db, query),
    }),
    route({
      method: 'post',
      path: '/v1/administrators',
      operationId: 'createAdministrator',
      tag,
      access: { role: 'owner', everywhere: true },
      summary: 'Add an administrator',
      body: administratorCreation,
      examples: examples.administrator,
      status: 201,
      answer: administratorView,
      act: async ({ body: { password, ...given } }) => {
        requireUncommon('password', password, given.email);
        return addAdministrator(db, { ...given, passwordHash: await hashPassword(password) });
      },
    }),
    route({
      method: 'patch',
      path: '/v1/administrators/{id}',
      operationId: 'updateAdministrator',
      tag,
      access: { role: 'owner', everywhere: true },
      summary: "Change an administrator's role or applications",
      description: 'It holds from their next request on. The last owner stays one.',
      params: z.object({ id: administratorId }),
      body: administratorPatch,
      examples: examples.role,
      status: 200,
      answer: administratorView,
      refusals: [404, 409],
      change: (tx, { params, body }) => changeAdministrator(tx, params.id, body),
    }),
    route({
      method: 'delete',
      path: '/v1/administrators/{id}',
      operationId: 'deleteAdministrator',
      tag,
      access: { role: 'owner', everywhere: true },
      summary: 'Remove an administrator',
      description: 'Their sessions end. The last owner cannot be removed.',
      params: z.object({ id: administratorId }),
      status: 204,
      refusals: [404, 409],
      change: (tx, { params }) => removeAdministrator(tx, params.id),
    }),
  ];
}
