/** Commands for a shell, ready to be pasted. */
import type { Subscription } from '../../../api/types';

/** A text as one word of a shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Replays a webhook. */
export function replayCommand(url: string, headers: Readonly<Record<string, string>>, body: unknown): string {
  return [
    `curl -i ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    `--data-raw ${quoted(JSON.stringify(body))}`,
  ].join(' \\\n  ');
}

/** "Update a Subscription by ID", as a schedule that rotates its credential would call it. */
export function updateCommand({ id, authentication }: Subscription): string {
  const body = JSON.stringify({ authentication: renewed(authentication) });
  return [
    `curl -X PATCH ${quoted(`${location.origin}/v1/subscriptions/${id}`)}`,
    '-H "X-API-Key: $CPM_API_KEY"',
    "-H 'content-type: application/json'",
    `--data-raw ${quoted(body)}`,
  ].join(' \\\n  ');
}

/** What was altered, from the beginning and from where one has read to. */
export function journalCommand(integration: Subscription): string {
  return [readOnCommand(integration), readOnCommand(integration, '$CURSOR')].join('\n');
}

/** What was altered since a cursor; without one, from the beginning. */
export function readOnCommand({ id }: Subscription, cursor?: string): string {
  const after = cursor === undefined ? '' : `&after=${cursor}`;
  const url = `${location.origin}/v1/subscriptions/${id}/changes?limit=100${after}`;
  return `curl -s -H "X-API-Key: $CPM_API_KEY" "${url}"`;
}

/** The authentication with placeholders for its secrets. */
function renewed(authentication: Subscription['authentication']): object {
  switch (authentication.authType) {
    case 'none':
      return { authType: 'none' };
    case 'api-key': {
      const { location: place, key } = authentication.apiKeyAuth;
      return { authType: 'api-key', apiKeyAuth: { location: place, key, value: 'NEW-KEY' } };
    }
    case 'bearer': {
      const { expiresAt } = authentication.bearerAuth;
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
      const end = expiresAt === null ? {} : { expiresAt: tomorrow };
      return { authType: 'bearer', bearerAuth: { token: 'NEW-TOKEN', ...end } };
    }
    case 'oauth2': {
      const { tokenUrl, clientId } = authentication.oauth2Auth;
      return { authType: 'oauth2', oauth2Auth: { tokenUrl, clientId, clientSecret: 'NEW-SECRET' } };
    }
  }
}
