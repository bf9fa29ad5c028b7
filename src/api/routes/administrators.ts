import { z } from 'zod';
import {
  addAdministrator,
  administratorCreation,
  administratorId,
  administratorView,
  listAdministrators,
  removeAdministrator,
} from '../../access/administrators';
import { hashPassword } from '../../access/password';
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
      summary: 'Add an administrator',
      body: administratorCreation,
      examples: examples.administrator,
      status: 201,
      answer: administratorView,
      act: async ({ body: { email, password } }) =>
        addAdministrator(db, { email, passwordHash: await hashPassword(password) }),
    }),
    route({
      method: 'delete',
      path: '/v1/administrators/{id}',
      operationId: 'deleteAdministrator',
      tag,
      summary: 'Remove an administrator',
      description: 'Their sessions end. The last one cannot be removed.',
      params: z.object({ id: administratorId }),
      status: 204,
      refusals: [404, 409],
      change: (tx, { params }) => removeAdministrator(tx, params.id),
    }),
  ];
}
