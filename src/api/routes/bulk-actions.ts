import { z } from 'zod';
import {
  cancelBulkAction,
  getBulkAction,
  listBulkActions,
  MOST_MEANT,
  startBulkAction,
} from '../../delivery/bulk-actions/bulk-actions';
import { bulkActionId, bulkActionRequest, bulkActionView } from '../../delivery/bulk-actions/schema';
import type { Database } from '../../platform/database';
import * as examples from '../examples/deliveries';
import { route, type Route } from '../route';
import { pageOf, paging } from '../schemas/common';

const params = z.object({ id: bulkActionId });
const tag = 'Bulk actions';

/** One thing to do with many deliveries. */
export function bulkActionRoutes(db: Database): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/bulk-actions',
      operationId: 'startBulkAction',
      tag,
      access: { scope: 'deliveries:write' },
      summary: 'Retry, cancel or resend all deliveries that match',
      description:
        'It goes on by itself at a bounded rate, the oldest first, with those that were there when it was asked for. Each is done with ' +
        'as the same action on it alone would be; what that would refuse is passed over. ' +
        `It may mean ${MOST_MEANT} deliveries at the most; 409 otherwise.`,
      body: bulkActionRequest,
      examples: examples.bulkAction,
      status: 202,
      answer: bulkActionView,
      refusals: [404, 409],
      change: (tx, { visible, body }) => startBulkAction(tx, visible, body),
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions',
      operationId: 'listBulkActions',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'List bulk actions, the newest first',
      description: 'They are kept as long as finished deliveries are.',
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(bulkActionView, 'BulkActionPage'),
      read: ({ visible, query }) => listBulkActions(db, visible, query),
    }),
    route({
      method: 'get',
      path: '/v1/bulk-actions/{id}',
      operationId: 'getBulkAction',
      tag,
      access: { scope: 'deliveries:read' },
      summary: 'Get a bulk action with its progress',
      params,
      status: 200,
      answer: bulkActionView,
      refusals: [404],
      read: ({ visible, params: { id } }) => getBulkAction(db, visible, id),
    }),
    route({
      method: 'post',
      path: '/v1/bulk-actions/{id}/cancel',
      operationId: 'cancelBulkAction',
      tag,
      access: { scope: 'deliveries:write' },
      summary: 'Cancel a bulk action',
      description: 'What it has done stays done. 409 once it has ended.',
      params,
      status: 202,
      answer: bulkActionView,
      refusals: [404],
      change: (tx, { visible, params: { id } }) => cancelBulkAction(tx, visible, id),
    }),
  ];
}
