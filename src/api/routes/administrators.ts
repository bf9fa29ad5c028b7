import { z } from 'zod';
import {
  administratorCreation,
  administratorId,
  administratorPatch,
  administratorView,
  changeAdministrator,
  listAdministrators,
  removeAdministrator,
} from '../../access/administrators';
import { recordEvent } from '../../access/audit';
import {
  invitedAdministrator,
  inviteAdministrator,
  lookUpPasswordLink,
  makePasswordLink,
  passwordLink,
  passwordLinkOwner,
  passwordLinkQuestion,
  passwordLinkUse,
  usePasswordLink,
} from '../../access/password-links';
import { endSessionsOf } from '../../access/own-sessions';
import { resetSecondFactor } from '../../access/second-factor';
import type { Database } from '../../platform/database';
import { eventOf } from '../audited';
import * as examples from '../examples/access';
import { route, type Route } from '../route';
import { pageOf, paging } from '../schemas/common';
import { requirePasswords, type WaysIn } from '../schemas/session';

const tag = 'Administrators';

/** People who may log in to the admin UI. */
export function administratorRoutes(db: Database, publicUrl: string, ways: WaysIn): Route[] {
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
      summary: 'Invite an administrator',
      description:
        'They set a password of their own by the link in the answer, which alone shows it: hand it over to nobody else. It can be used ' +
        'once, within three days.',
      body: administratorCreation,
      examples: examples.administrator,
      status: 201,
      answer: invitedAdministrator,
      refusals: [409],
      change: (tx, { body }) => {
        requirePasswords(ways);
        return inviteAdministrator(tx, publicUrl, body);
      },
    }),
    route({
      method: 'post',
      path: '/v1/password-links/look-up',
      operationId: 'lookUpPasswordLink',
      tag,
      access: 'open',
      summary: 'Tell whom a link is for that sets a password',
      body: passwordLinkQuestion,
      examples: examples.linkQuestion,
      status: 200,
      answer: passwordLinkOwner,
      refusals: [404],
      exchange: ({ body }) => lookUpPasswordLink(db, body.token),
    }),
    route({
      method: 'post',
      path: '/v1/password-links/use',
      operationId: 'usePasswordLink',
      tag,
      access: 'open',
      summary: 'Set a password by a link',
      description: 'The link is used up, and the sessions of whom it is for end.',
      body: passwordLinkUse,
      examples: examples.linkUse,
      status: 204,
      refusals: [403, 404],
      exchange: async ({ body }, { req, res }) => {
        requirePasswords(ways);
        const { id, email } = await usePasswordLink(db, body);
        const event = eventOf({ operationId: 'usePasswordLink' }, undefined, req, res);
        const actor = { actorKind: 'administrator', actorId: id, actorName: email } as const;
        await recordEvent(db, { ...event, ...actor, objectId: id });
      },
    }),
    route({
      method: 'patch',
      path: '/v1/administrators/{id}',
      operationId: 'updateAdministrator',
      tag,
      access: { role: 'owner', everywhere: true },
      summary: "Change an administrator's role or applications",
      description:
        'It holds from their next request on. The last owner stays one. Of people who come from the identity provider, it decides.',
      params: z.object({ id: administratorId }),
      body: administratorPatch,
      examples: examples.role,
      status: 200,
      answer: administratorView,
      refusals: [404, 409],
      change: (tx, { params, body }) => changeAdministrator(tx, params.id, body),
    }),
    route({
      method: 'post',
      path: '/v1/administrators/{id}/password-link',
      operationId: 'createPasswordLink',
      tag,
      access: { role: 'owner', everywhere: true },
      summary: 'Make a link by which an administrator sets another password',
      description:
        'Their sessions end, and earlier links are good for nothing any more. Their password works until they have set another one.',
      params: z.object({ id: administratorId }),
      status: 201,
      answer: passwordLink,
      refusals: [404, 409],
      change: (tx, { params }) => {
        requirePasswords(ways);
        return makePasswordLink(tx, publicUrl, params.id);
      },
    }),
    route({
      method: 'post',
      path: '/v1/administrators/{id}/reset-second-factor',
      operationId: 'resetSecondFactor',
      tag,
      access: { role: 'owner', everywhere: true },
      summary: "Take an administrator's second factor away",
      description:
        'For somebody who has lost it, and the recovery codes too. Their sessions end; they log in by their password and set another one up.',
      params: z.object({ id: administratorId }),
      status: 204,
      refusals: [404],
      change: (tx, { params }) => resetSecondFactor(tx, params.id),
    }),
    route({
      method: 'post',
      path: '/v1/administrators/{id}/end-sessions',
      operationId: 'endSessions',
      tag,
      access: { role: 'owner', everywhere: true },
      summary: "End an administrator's sessions",
      description: 'They are logged out everywhere, and may log in again.',
      params: z.object({ id: administratorId }),
      status: 204,
      refusals: [404],
      change: (tx, { params }) => endSessionsOf(tx, params.id),
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
