/** The request of an attempt once more, where the receiver has refused its access token. */
import { secretsOf } from '../http/request';
import type { OAuth2Grant } from '../../subscriptions/oauth2';
import type { AttemptContext, SendAgain } from './context';
import { openCredentials } from './credential';
import type { LoadedDelivery } from './load';
import type { RenderedBody } from './render';
import { requestOf } from './request-of';

/** The access token of a request, and what it was asked for with. */
export interface Access {
  readonly grant: OAuth2Grant;
  readonly token: string;
}

/** Makes the same request with another token; undefined where the refused one is known to be as good as any. */
export function againWith(
  { sealer, tokens }: Pick<AttemptContext, 'sealer' | 'tokens'>,
  delivery: LoadedDelivery,
  rendered: RenderedBody,
  { grant, token: refused }: Access,
): SendAgain {
  return async (waitMs) => {
    const taken = await tokens.take(delivery.subscriptionId, grant, { refused, waitMs });
    if (taken.token === undefined) return { reason: taken.reason };
    if (taken.token === refused) return undefined;
    const credentials = openCredentials(sealer, delivery, taken.token);
    const request = requestOf(sealer, delivery, rendered, credentials);
    return { request, secrets: secretsOf(credentials, request.url) };
  };
}
