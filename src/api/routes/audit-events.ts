import { z } from 'zod';
import { allAuditEvents, auditEventView, auditFilters, listAuditEvents } from '../../access/audit-list';
import type { Database } from '../../platform/database';
import { route, type Route } from '../route';
import { countedTotal, pageOf, paging } from '../schemas/common';

/** Who did what. */
export function auditEventRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit-events',
      operationId: 'listAuditEvents',
      tag: 'Audit trail',
      access: { scope: 'audit:read' },
      summary: 'List who did what, the newest first',
      description:
        'Every change, every view of a payload, every refused access and every log-in: who, what, which object, when, from ' +
        'where; never what something held. Nothing is changed or removed here. Who sees some applications only sees the ' +
        'events that name one of them; those of keys, people and log-ins name none.',
      query: z.strictObject({ ...paging, ...auditFilters }),
      status: 200,
      answer: pageOf(auditEventView, 'AuditEventPage', countedTotal),
      read: ({ visible, query }) => listAuditEvents(db, visible, query),
      csv: {
        name: 'audit-events',
        columns: Object.keys(auditEventView.shape),
        rows: ({ visible, query }) => allAuditEvents(db, visible, query),
      },
    }),
  ];
}
