import { z } from 'zod';
import { getOptIn } from '../../consent/double-opt-in/view';
import type { Database } from '../../platform/database';
import { id } from '../../platform/fields';
import { route, type Route } from '../route';
import { optInView } from '../schemas/opt-ins';

/** Double opt-ins: confirmations by e-mail. */
export function optInRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/opt-ins/{id}',
      tag: 'Permissions',
      summary: 'Get a double opt-in with its evidence',
      params: z.object({ id }),
      status: 200,
      answer: optInView,
      refusals: [404],
      read: (request) => getOptIn(db, request.params.id),
    }),
  ];
}
