import { z } from 'zod';
import { deleteCitizen } from '../../consent/citizen-deletion';
import { createCitizen, getCitizen, listCitizens } from '../../consent/citizens';
import { listChanges } from '../../consent/history';
import type { Database } from '../../platform/database';
import type { Sealer } from '../../platform/encryption';
import { characters } from '../../platform/fields';
import { applicationId } from '../../subscriptions/schema';
import * as examples from '../examples/consent';
import { route, type Route } from '../route';
import { changeView } from '../schemas/changes';
import { citizenInput, citizenSummary, citizenView, externalRef } from '../schemas/consent';
import { countedTotal, pageOf, paging } from '../schemas/common';
import { citizenId } from '../schemas/ids';

const params = z.object({ id: citizenId });
const tag = 'Citizens';

/** Citizens, and where e-mails reach them. */
export function citizenRoutes(db: Database, sealer: Sealer): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/citizens',
      operationId: 'listCitizens',
      tag,
      access: { scope: 'citizens:read' },
      summary: 'List citizens',
      query: z.strictObject({
        ...paging,
        applicationId: applicationId.optional(),
        externalRef: externalRef
          .optional()
          .meta({ description: 'Only citizens whose reference starts with this.' }),
        q: characters(100)
          .optional()
          .meta({
            description:
              'Only citizens whose reference holds this, in upper or lower case, or whose id it is.',
            examples: ['4711'],
          }),
      }),
      status: 200,
      answer: pageOf(citizenSummary, 'CitizenPage', countedTotal),
      read: ({ visible, query: { externalRef: externalRefPrefix, ...query } }) =>
        listCitizens(db, visible, { ...query, externalRefPrefix }, query),
    }),
    route({
      method: 'post',
      path: '/v1/citizens',
      operationId: 'createCitizen',
      tag,
      access: { scope: 'citizens:write' },
      summary: 'Create a citizen',
      body: citizenInput,
      examples: examples.citizen,
      status: 201,
      answer: citizenView,
      refusals: [404],
      create: async (tx, { visible, body }) => {
        const applicationId = visible.application(body.applicationId);
        return { id: (await createCitizen(tx, visible, sealer, { ...body, applicationId })).id };
      },
      show: (created, visible) => getCitizen(db, visible, sealer, created.id),
    }),
    route({
      method: 'get',
      path: '/v1/citizens/{id}',
      operationId: 'getCitizen',
      tag,
      access: { scope: 'citizens:read' },
      summary: 'Get a citizen',
      params,
      status: 200,
      answer: citizenView,
      refusals: [404],
      read: (request) => getCitizen(db, request.visible, sealer, request.params.id),
    }),
    route({
      method: 'get',
      path: '/v1/citizens/{id}/changes',
      operationId: 'listCitizenChanges',
      tag,
      access: { scope: 'consent:read' },
      summary: "List a citizen's changes with their deliveries, the latest first",
      params,
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(changeView, 'ChangePage', countedTotal),
      refusals: [404],
      read: (request) => listChanges(db, request.visible, request.params.id, request.query),
    }),
    route({
      method: 'delete',
      path: '/v1/citizens/{id}',
      operationId: 'deleteCitizen',
      tag,
      access: { scope: 'citizens:write' },
      summary: 'Delete a citizen',
      description:
        'Waiting deliveries of the citizen are cancelled; every active subscription gets one final webhook, which says ' +
        'that nothing is in effect. Everything else is erased at once.',
      params,
      status: 204,
      refusals: [404],
      change: async (tx, request) => {
        await deleteCitizen(tx, request.visible, sealer, request.params.id);
      },
    }),
  ];
}
