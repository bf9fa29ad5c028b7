import { z } from 'zod';
import {
  deleteApplication,
  getApplication,
  listApplications,
  putApplication,
} from '../../consent/catalogue/applications';
import type { Database } from '../../platform/database';
import { applicationId } from '../../subscriptions/schema';
import * as examples from '../examples/catalogue';
import { route, type Route } from '../route';
import { applicationInput, applicationView } from '../schemas/applications';
import { pageOf, paging } from '../schemas/common';

const path = '/v1/applications/{applicationId}';
const params = z.object({ applicationId });
const tag = 'Applications';

/** Applications: each has a catalogue, citizens and subscriptions of its own. */
export function applicationRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/applications',
      operationId: 'listApplications',
      tag,
      access: { scope: 'catalogue:read' },
      summary: 'List applications',
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(applicationView, 'ApplicationPage'),
      read: ({ visible, query }) => listApplications(db, visible, query),
    }),
    route({
      method: 'put',
      path,
      operationId: 'putApplication',
      tag,
      access: { scope: 'catalogue:write' },
      summary: 'Create or replace an application',
      params,
      body: applicationInput,
      examples: examples.application,
      status: 200,
      answer: applicationView,
      refusals: [404],
      change: (tx, { visible, params: { applicationId: id }, body }) =>
        putApplication(tx, visible.application(id), body),
    }),
    route({
      method: 'get',
      path,
      operationId: 'getApplication',
      tag,
      access: { scope: 'catalogue:read' },
      summary: 'Get an application',
      params,
      status: 200,
      answer: applicationView,
      refusals: [404],
      resource: {
        show: (tx, { visible, params: { applicationId: id } }) => getApplication(tx, visible.application(id)),
      },
    }),
    route({
      method: 'delete',
      path,
      operationId: 'deleteApplication',
      tag,
      access: { scope: 'catalogue:write' },
      summary: 'Delete an application with its catalogue',
      description: '409 while it has citizens or subscriptions, or the log holds deliveries of it.',
      params,
      status: 204,
      refusals: [404, 409],
      change: (tx, { visible, params: { applicationId: id } }) =>
        deleteApplication(tx, visible.application(id)),
    }),
  ];
}
