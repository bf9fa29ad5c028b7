import { z } from 'zod';
import { getOptIn } from '../../consent/double-opt-in/view';
import type { Database } from '../../platform/database';
import { route, type Route } from '../route';
import { optInId } from '../schemas/ids';
import { optInView } from '../schemas/opt-ins';

/** Double opt-ins: confirmations by e-mail. */
export function optInRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/opt-ins/{id}',
      operationId: 'getOptIn',
      tag: 'Consent',
      access: { scope: 'consent:read' },
      summary: 'Get a double opt-in with its evidence',
      params: z.object({ id: optInId }),
      status: 200,
      answer: optInView,
      refusals: [404],
      read: (request) => getOptIn(db, request.visible, request.params.id),
    }),
  ];
}
