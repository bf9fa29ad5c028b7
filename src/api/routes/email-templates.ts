import { z } from 'zod';
import {
  deleteEmailTemplate,
  getBuiltInTemplate,
  getEmailTemplate,
  listEmailTemplates,
  previewEmailTemplate,
  putEmailTemplate,
  type TemplateKey,
} from '../../consent/catalogue/email-templates';
import type { Database } from '../../platform/database';
import { applicationId } from '../../subscriptions/schema';
import * as examples from '../examples/catalogue';
import { route, type KnownRequest, type Route } from '../route';
import { locale } from '../schemas/applications';
import { pageOf, paging } from '../schemas/common';
import {
  builtInTemplate,
  emailTemplateInput,
  emailTemplateView,
  emailType,
  renderedEmail,
} from '../schemas/email-templates';

const collection = '/v1/applications/{applicationId}/email-templates';
const path = `${collection}/{type}/{locale}`;
const params = z.object({ applicationId, type: emailType, locale });
const tag = 'E-mail templates';

/** What an application's e-mails say, by type and language. */
export function emailTemplateRoutes(db: Database): Route[] {
  return [
    route({
      method: 'get',
      path: collection,
      operationId: 'listEmailTemplates',
      tag,
      access: { scope: 'catalogue:read' },
      summary: "List an application's own e-mail templates",
      params: z.object({ applicationId }),
      query: z.strictObject(paging),
      status: 200,
      answer: pageOf(emailTemplateView, 'EmailTemplatePage'),
      refusals: [404],
      read: (request) =>
        listEmailTemplates(db, request.visible.application(request.params.applicationId), request.query),
    }),
    route({
      method: 'put',
      path,
      operationId: 'putEmailTemplate',
      tag,
      access: { scope: 'catalogue:write' },
      summary: 'Create or replace an e-mail template',
      description: 'One that could not be rendered is a 400 that names line and reason.',
      params,
      body: emailTemplateInput,
      examples: examples.emailTemplate,
      status: 200,
      answer: emailTemplateView,
      refusals: [404],
      act: (request) => putEmailTemplate(db, keyOf(request), request.body, request.requireUnchanged),
    }),
    route({
      method: 'get',
      path,
      operationId: 'getEmailTemplate',
      tag,
      access: { scope: 'catalogue:read' },
      summary: 'Get an e-mail template',
      description: '404 where the application has none of its own: the built-in one serves.',
      params,
      status: 200,
      answer: emailTemplateView,
      refusals: [404],
      resource: { show: (tx, request) => getEmailTemplate(tx, keyOf(request)) },
    }),
    route({
      method: 'get',
      path: `${path}/built-in`,
      operationId: 'getBuiltInEmailTemplate',
      tag,
      access: { scope: 'catalogue:read' },
      summary: 'Get the template that serves until there is one',
      description: 'In the language of the path, or in English where none is built in for that.',
      params,
      status: 200,
      answer: builtInTemplate,
      refusals: [404],
      read: ({ params: { locale: wanted } }) => Promise.resolve(getBuiltInTemplate(wanted)),
    }),
    route({
      method: 'delete',
      path,
      operationId: 'deleteEmailTemplate',
      tag,
      access: { scope: 'catalogue:write' },
      summary: 'Delete an e-mail template',
      description: 'The built-in one serves again.',
      params,
      status: 204,
      refusals: [404],
      change: (tx, request) => deleteEmailTemplate(tx, keyOf(request)),
    }),
    route({
      method: 'post',
      path: `${path}/preview`,
      operationId: 'previewEmailTemplate',
      tag,
      access: { scope: 'catalogue:read' },
      summary: 'Render an e-mail template with sample values',
      description: 'Nothing is stored.',
      params,
      body: emailTemplateInput,
      examples: examples.emailTemplate,
      status: 200,
      answer: renderedEmail,
      refusals: [404],
      act: (request) => previewEmailTemplate(db, keyOf(request), request.body),
    }),
  ];
}

function keyOf({
  visible,
  params: { applicationId: application, ...key },
}: Pick<KnownRequest<z.output<typeof params>, unknown, unknown>, 'params' | 'visible'>): TemplateKey {
  return { ...key, applicationId: visible.application(application) };
}
