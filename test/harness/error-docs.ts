/** `docs/errors.md`, as it has to be by the tables of codes. */
import { ERROR_CODES } from '../../src/errors/codes';
import type { ErrorDefinition } from '../../src/errors/definition';
import { FIELD_CODES } from '../../src/errors/field-codes';

const INTRODUCTION = `# Errors

Every error is a problem document (RFC 9457), \`application/problem+json\`:

\`\`\`json
{
  "type": "/docs/errors#invalid_request",
  "title": "Bad Request",
  "status": 400,
  "code": "invalid_request",
  "detail": "The request is not valid.",
  "errors": [
    {
      "path": "changes.0.optionId",
      "code": "unknown_option",
      "message": "there is no option \\"nope\\" in application \\"acme\\"",
      "params": { "id": "nope", "applicationId": "acme" }
    }
  ]
}
\`\`\`

Go by \`code\`: it never changes its meaning, while texts may. New codes may be added. \`params\` holds what a text names, for
texts in other languages; it is absent where a text names nothing. \`errors\` is empty where no field is concerned. No text
repeats a secret or what is known of a person.

The service shows the same codes at \`/docs/errors\`, where the \`type\` of each problem leads. This file is written by
\`UPDATE_DOCS=1 npx jest --selectProjects unit --testPathPatterns errors/codes\`.
`;

/** The whole file. */
export function renderErrorDocs(): string {
  const problems = Object.entries(ERROR_CODES).map(([code, definition]) => problemSection(code, definition));
  const fields = Object.entries(FIELD_CODES).map(([code, message]) => `- \`${code}\`: ${message}`);
  return [
    INTRODUCTION,
    '## Problems\n',
    ...problems,
    '## Fields\n',
    'An entry of `errors` has one of these codes; `{…}` stands for a parameter.\n',
    `${fields.join('\n')}\n`,
  ].join('\n');
}

function problemSection(code: string, { status, detail, remedy, retryAfter }: ErrorDefinition): string {
  const again = retryAfter === undefined ? '' : ` \`Retry-After\` says ${retryAfter} s.`;
  return `### \`${code}\`\n\n${status}: ${detail}\n\n${remedy}${again}\n`;
}
