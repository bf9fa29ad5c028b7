import { z } from 'zod';
import { alertFilters, alertView, listAlerts } from '../../alerts/alerts';
import type { Database } from '../../platform/database';
import { route, type Route } from '../route';
import { countedTotal, pageOf, paging } from '../schemas/common';

/** What is wrong, and was. */
export function alertRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/alerts',
      operationId: 'listAlerts',
      tag: 'Alerts',
      access: { scope: 'subscriptions:read' },
      summary: 'List what is wrong, and what was, the newest first',
      description:
        'An alert is opened once, and closed by itself when its trouble is over. One that returns within an hour is open again, so ' +
        'that a trouble that comes and goes is one alert. Closed ones are kept as long as deliveries are.',
      query: z.strictObject({ ...paging, ...alertFilters }),
      status: 200,
      answer: pageOf(alertView, 'AlertPage', countedTotal),
      read: ({ visible, query }) => listAlerts(db, visible, query),
    }),
  ];
}
