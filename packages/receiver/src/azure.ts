/** For HTTP triggers of Azure Functions, programming model v4. */
import type { Receiver } from './receiver.ts';

/** What is used of `HttpRequest` of `@azure/functions`. */
export interface AzureRequest {
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** As `HttpResponseInit` of `@azure/functions`. */
export interface AzureResponse {
  readonly status: number;
}

/**
 * A handler of `app.http`. The platform limits the size of bodies itself.
 * @example
 * app.http('webhooks', { methods: ['POST'], authLevel: 'anonymous', handler: azureHandler(receiver) });
 */
export function azureHandler(receiver: Receiver): (request: AzureRequest) => Promise<AzureResponse> {
  return async (request) => {
    const { headers } = request;
    const { status } = await receiver.receive({ headers, body: new Uint8Array(await request.arrayBuffer()) });
    return { status };
  };
}
