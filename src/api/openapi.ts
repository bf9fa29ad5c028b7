/** `/v1/openapi.json`, made of the very objects that Express runs. */
import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { bodyTypes } from './body';
import { problem } from './problem';
import { isOpen, type Route } from './route';
import { SESSION_COOKIE } from './session-cookie';

type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `errors` names the fields.',
  401: 'A valid `X-API-Key` is required, or a session of the admin UI.',
  403: 'The request was made with a session and lacks its `X-CSRF-Token`.',
  404: 'What the request names does not exist; `code` says what.',
  409: 'It cannot be done in the present state, or the idempotency key was used for another request; `code` says why.',
  413: 'The body is larger than 1 MiB.',
  415: 'The body is not JSON.',
  429: 'Too many attempts, or too many at once; `Retry-After` says when to try again.',
  500: 'Something went wrong on our side.',
  503: 'The database is not available.',
};

const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({
      description:
        'Kept 24 hours: a repetition with the same key and body gets the same answer and does nothing (marked ' +
        '`Idempotency-Replayed: true`); another body, or the first still running, is a 409.',
    }),
});

/** Describes routes as an OpenAPI 3.1 document. */
export function describeRoutes(routes: readonly Route[], version: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  const apiKey = registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
  });
  const session = registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description: "Of the admin UI. What is not a GET needs the session's `X-CSRF-Token` too.",
  });
  const known = [{ [apiKey.name]: [] }, { [session.name]: [] }];
  for (const route of routes)
    registry.registerPath({ ...describe(route), security: isOpen(route) ? [] : known });
  return new OpenApiGeneratorV31(registry.definitions, { sortComponents: 'alphabetically' }).generateDocument(
    {
      openapi: '3.1.0',
      info: {
        title: 'cpm-webhooks',
        version,
        description:
          'Records consent and preferences, and delivers every change of them to subscribers as webhooks.',
      },
      servers: [{ url: '/' }],
    },
  );
}

function describe(route: Route): RouteConfig {
  const { method, path, tag, summary, description, params, query, body } = route;
  const content = body && Object.fromEntries(bodyTypes(method).map((type) => [type, { schema: body }]));
  return {
    method,
    path,
    tags: [tag],
    summary,
    ...(description !== undefined && { description }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(content && { body: { content, required: !body.safeParse(undefined).success } }),
      ...(takesIdempotencyKey(route) && { headers: idempotencyKey }),
    },
    responses: responsesOf(route),
  };
}

function responsesOf(route: Route): Record<string, ResponseConfig> {
  const success: ResponseConfig = {
    description: 'Done.',
    ...(route.answer && { content: { 'application/json': { schema: route.answer } } }),
  };
  const refusal = (status: number): [string, ResponseConfig] => [
    String(status),
    { description: REFUSALS[status] ?? '', content: { 'application/problem+json': { schema: problem } } },
  ];
  return { [route.status]: success, ...Object.fromEntries(refusalsOf(route).map(refusal)) };
}

function takesIdempotencyKey(route: Route): boolean {
  return route.method === 'post' && !isOpen(route);
}

function refusalsOf(route: Route): number[] {
  const { method, body, refusals = [] } = route;
  const all = [
    400,
    ...(isOpen(route) ? [] : [401]),
    ...(method === 'get' ? [] : [403]),
    500,
    503,
    ...refusals,
    ...(body ? [413, 415] : []),
    ...(takesIdempotencyKey(route) ? [409] : []),
  ];
  return [...new Set(all)].sort((a, b) => a - b);
}
