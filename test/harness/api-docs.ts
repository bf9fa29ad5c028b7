/** `docs/api.md`, as it has to be by the OpenAPI document. */
import type { OpenApi, Operation } from './openapi';

const INTRODUCTION = `# API

All operations of the REST API by subject, each with what its caller needs: a scope of an API key, or a role of somebody who is logged in. Each
leads to its place on the page of the service where it can be tried out ([/docs](http://127.0.0.1:3000/docs)), with its parameters, bodies
and answers. Generators of clients take \`/v1/openapi.json\`; in JavaScript and TypeScript there is [a typed client](../packages/client/README.md).

Callers authenticate with the header \`X-API-Key\` ([API keys](signing-in.md#api-keys)). Bodies are JSON, refusals are problem documents with a
stable \`code\` ([errors](errors.md)). A POST takes an \`Idempotency-Key\`: the same key and body give the same answer for 24 hours, and do nothing
twice. Lists take \`limit\`, and \`offset\` or \`cursor\`.

This file is written by \`UPDATE_DOCS=1 npx jest --selectProjects unit --testPathPatterns help/pages\`.
`;

/** The whole file. */
export function renderApiDocs({ document, operations }: OpenApi): string {
  const sections = document.tags.map(({ name, description = '' }) => {
    const lines = operations
      .filter(({ tags }) => tags.includes(name))
      .map((operation) => line(name, operation));
    return `## ${name}\n\n${description}\n\n${lines.join('\n')}\n`;
  });
  return [INTRODUCTION, ...sections].join('\n');
}

function line(tag: string, operation: Operation): string {
  const { method, path, operationId, summary } = operation;
  const place = `http://127.0.0.1:3000/docs#/${tag.replaceAll(' ', '%20')}/${operationId}`;
  return `- [\`${method} ${path}\`](${place}): ${summary}. ${needs(operation)}`;
}

function needs({ security, 'x-required-scope': scope, 'x-required-role': role }: Operation): string {
  if (security.length === 0) return 'Open to everybody.';
  return scope === undefined ? `For people with the role \`${role}\`.` : `Scope \`${scope}\`.`;
}
