import { overview, readOverview } from '../../overview/overview';
import type { Database } from '../../platform/database';
import { route, type Route } from '../route';

/** What an operator looks at first. */
export function overviewRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/overview',
      operationId: 'getOverview',
      tag: 'Overview',
      access: { scope: 'subscriptions:read' },
      summary: 'Tell whether all is well, what is late, and what fails since when',
      status: 200,
      answer: overview,
      read: ({ visible }) => readOverview(db, visible),
    }),
  ];
}
