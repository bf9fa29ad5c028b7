/** `/v1/openapi.json`, made of the very objects that Express runs. */
import {
  OpenApiGeneratorV31,
  OpenAPIRegistry,
  type ResponseConfig,
  type RouteConfig,
} from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import type { Access } from '../access/permit';
import { roleOf, type Role } from '../access/scopes';
import { problem } from './problem';
import { isOpen, type Route } from './route';
import { sessionCookie } from './session-cookie';
import { TAGS } from './tags';

type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

const ABOUT = `Records consent and preferences, and delivers every change of them to subscribers as webhooks.

Callers authenticate with the header \`X-API-Key\`. Each operation names the scope that the key needs. Bodies are JSON, of 1 MiB at most, and fields that are not known are refused.
Times are ISO 8601: with any offset in requests, in UTC with milliseconds in answers. Durations are in milliseconds where a name ends in \`Ms\`.
Lists take \`limit\`, and \`offset\` or \`cursor\`: by the cursor of the page before, no entry is shown twice or left out. Refusals are problem documents (RFC 9457).
What has an \`ETag\` can be written under the condition that nobody has changed it meanwhile: send the tag back in \`If-Match\` (RFC 9110).

The examples of the requests tell one story: sent in the order of this page, with deletions left for the end, each is accepted. Where a path
or a body names an id that the service gives, take it from an answer before.
The bodies that subscribers receive are in the answer of \`GET /v1/sample-payloads\`. Their JSON Schemas are at \`/v1/schemas/{updateType}.json\`,
and \`/v1/asyncapi.json\` describes the webhooks with their headers.`;

const SUCCESSES: Readonly<Record<Route['status'], string>> = {
  200: 'It is done.',
  201: 'It is created.',
  202: 'It is committed, and what follows from it will happen even if everything stops right now.',
  204: 'It is done; the answer has no body.',
};

const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; `errors` names the fields.',
  401: 'A valid `X-API-Key` is required, or a session of the admin UI.',
  403: 'The caller may not do this, or the request was made with a session and lacks its `X-CSRF-Token`; `code` says which.',
  404: 'What the request names does not exist; `code` says what.',
  409: 'It cannot be done in the present state, or the idempotency key was used for another request; `code` says why.',
  412: 'It was changed since the caller has read it (`If-Match`), or exists already (`If-None-Match`).',
  413: 'The body is larger than 1 MiB, or than 16 KiB where nobody has to be known.',
  415: 'The body is not JSON.',
  429: 'Too many attempts, or too many at once; `Retry-After` says when to try again.',
  500: 'Something went wrong inside the service.',
  503: 'The database is not available; `Retry-After` says when to try again.',
};

const RETRY_AFTER = {
  'Retry-After': {
    description: 'Seconds until it is worth trying again.',
    schema: { type: 'integer' as const },
  },
};

const REPLAYED = {
  'Idempotency-Replayed': {
    description: '`true` where the answer is that of an earlier request with the same `Idempotency-Key`.',
    schema: { type: 'string' as const, enum: ['true'] },
  },
};

const ENTITY_TAG = {
  ETag: {
    description: 'Names the thing as it is now; send it back in `If-Match` to write only what you have seen.',
    schema: { type: 'string' as const },
  },
};

const CSV = {
  schema: z.string().meta({
    description:
      'For `Accept: text/csv`: every entry that matches, a line each below one of names; `offset`, `limit` and `cursor` do not ' +
      'count. A text that a spreadsheet would take for a formula begins with an apostrophe.',
  }),
};

const idempotencyKey = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({
      description:
        'Any text that names this request. Kept 24 hours: a repetition with the same key and body gets the same answer and does nothing (marked ' +
        '`Idempotency-Replayed: true`); another body, or the first still running, is a 409.',
      examples: ['import-2025-06-01-0001'],
    }),
});

const ifMatch = {
  'If-Match': z
    .string()
    .optional()
    .meta({
      description:
        '`ETag` of the answer that the write follows from: it is a 412, and changes nothing, once somebody else has changed the thing.',
      examples: ['"1B2M2Y8AsgTpgAmY7PhCfg"'],
    }),
};

const ifNoneMatch = {
  'If-None-Match': z
    .literal('*')
    .optional()
    .meta({ description: 'Only creates: it is a 412 where the thing exists.', examples: ['*'] }),
};

/**
 * Describes routes as an OpenAPI 3.1 document. What subscribers receive is in it as schemas only: OpenAPI Generator turns
 * `webhooks` into code that does not compile.
 */
export function describeRoutes(routes: readonly Route[], version: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  const known = describeCallers(registry);
  const order = TAGS.map(({ name }) => name);
  const resources = new Set(routes.filter((route) => 'resource' in route).map(({ path }) => path));
  for (const route of routes.toSorted((a, b) => order.indexOf(a.tag) - order.indexOf(b.tag)))
    registry.registerPath({ ...describe(route, resources.has(route.path)), security: known(route) });
  return new OpenApiGeneratorV31(registry.definitions, { sortComponents: 'alphabetically' }).generateDocument(
    {
      openapi: '3.1.0',
      info: { title: 'cpm-webhooks', version, description: ABOUT },
      servers: [{ url: '/', description: 'The service that this document comes from.' }],
      tags: [...TAGS],
    },
  );
}

/** Registers the ways to authenticate; the function tells which of them a route takes. */
function describeCallers(registry: OpenAPIRegistry): (route: Route) => Record<string, string[]>[] {
  registry.registerComponent('securitySchemes', 'apiKey', {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description:
      'A key from `POST /v1/api-keys`, or the one that was configured or printed at the first start.',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie.name,
    description:
      'The session of the admin UI, from `POST /v1/session`. Over https its name begins with `__Host-`.',
  });
  registry.registerComponent('securitySchemes', 'csrfToken', {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'Goes with the session wherever something may change; `GET /v1/session` tells it.',
  });
  return ({ method, access }) => {
    if (access === 'open') return [];
    const bySession = { session: [roleFor(access)], ...(method !== 'get' && { csrfToken: [] }) };
    return 'scope' in access ? [{ apiKey: [access.scope] }, bySession] : [bySession];
  };
}

/** The role that a person needs at least. */
function roleFor(access: Access): Role {
  return 'scope' in access ? roleOf(access.scope) : access.role;
}

/** Who may call, in words. */
function inWords(access: Access | 'open'): string {
  if (access === 'open') return 'Open to everybody.';
  if ('scope' in access)
    return `Needs the scope \`${access.scope}\`; of people, the role \`${roleFor(access)}\`.`;
  const whose = access.everywhere ? ', for whom all applications exist' : '';
  return `For people who are logged in, with the role \`${access.role}\` at least${whose}; API keys are refused.`;
}

function describe(route: Route, isResource: boolean): RouteConfig {
  const { method, path, operationId, tag, summary, params, query, body, examples, access } = route;
  const media = body && { schema: body, ...(examples && { examples: { ...examples } }) };
  return {
    method,
    path,
    operationId,
    tags: [tag],
    summary,
    description: [route.description, inWords(access)].filter((text) => text !== undefined).join('\n\n'),
    ...(access !== 'open' && {
      ...('scope' in access && { 'x-required-scope': access.scope }),
      'x-required-role': roleFor(access),
    }),
    request: {
      ...(params && { params: prefilled(params) }),
      ...(query && { query: prefilled(query) }),
      ...(media && {
        body: {
          // A PATCH takes merge-patch+json too, but generators stumble over a body of two types.
          content: { 'application/json': media },
          required: !body.safeParse(undefined).success,
        },
      }),
      ...(takesIdempotencyKey(route) && { headers: idempotencyKey }),
      ...(isResource && method !== 'get' && { headers: preconditions(route) }),
    },
    responses: responsesOf(route, isResource),
  };
}

/**
 * The page at `/docs` fills the examples of required parameters into their fields. It leaves the others empty: an
 * idempotency key that everybody sends, or filters that nobody asked for, would only be in the way.
 */
function prefilled(parameters: z.ZodObject): z.ZodObject {
  const fields = Object.entries(parameters.shape).map(([name, field]: [string, z.ZodType]) => {
    const { examples: [example] = [], ...meta } = (field.meta() ?? {}) as { examples?: unknown[] };
    const isRequired = !field.safeParse(undefined).success && example !== undefined;
    return [name, isRequired ? field.meta({ ...meta, examples: [example], param: { example } }) : field];
  });
  return z.object(Object.fromEntries(fields) as z.ZodRawShape);
}

function preconditions({ method }: Route): z.ZodObject {
  return z.object({ ...ifMatch, ...(method === 'put' && ifNoneMatch) });
}

function responsesOf(route: Route, isResource: boolean): Record<string, ResponseConfig> {
  const success: ResponseConfig = {
    description: SUCCESSES[route.status],
    ...(takesIdempotencyKey(route) && { headers: REPLAYED }),
    ...(isResource && route.answer && { headers: ENTITY_TAG }),
    ...(route.answer && {
      content: { 'application/json': { schema: route.answer }, ...('csv' in route && { 'text/csv': CSV }) },
    }),
  };
  const refusal = (status: number): [string, ResponseConfig] => [
    String(status),
    {
      description: REFUSALS[status] ?? '',
      ...((status === 429 || status === 503) && { headers: RETRY_AFTER }),
      content: { 'application/problem+json': { schema: problem } },
    },
  ];
  return { [route.status]: success, ...Object.fromEntries(refusalsOf(route, isResource).map(refusal)) };
}

function takesIdempotencyKey(route: Route): boolean {
  return route.method === 'post' && !isOpen(route);
}

function refusalsOf(route: Route, isResource: boolean): number[] {
  const { body, refusals = [] } = route;
  const all = [
    400,
    ...(isOpen(route) ? [] : [401, 403]),
    500,
    503,
    ...refusals,
    ...(body ? [413, 415] : []),
    ...(takesIdempotencyKey(route) ? [409] : []),
    ...(isResource && route.method !== 'get' ? [412] : []),
  ];
  return [...new Set(all)].sort((a, b) => a - b);
}
