/** Webhooks as the service sends them, with the bodies of its examples: for tests of what receives them. */
import { buildRequest } from '../../src/delivery/http/request';
import { samplePayloads } from '../../src/delivery/samples';
import type { UpdateType } from '../../src/subscriptions/schema';

export interface Sending {
  /** The newest first; two during a rotation. */
  readonly keys: readonly string[];
  readonly updateType?: UpdateType;
  readonly id?: string;
  readonly sequence?: number;
  readonly sentAt?: Date;
  readonly test?: boolean;
  /** Members of the body that are not as in the example. */
  readonly body?: object;
}

/** Headers and body of a webhook. */
export function signedWebhook({
  keys,
  updateType = 'effective-permission',
  id = 'id-1',
  sequence = 1,
  sentAt = new Date(),
  test = false,
  body: members = {},
}: Sending): { readonly headers: Record<string, string>; readonly body: string } {
  const { headers, body } = buildRequest({
    ...{ url: 'https://receiver.example/', credential: { type: 'none' }, staticHeaders: [] },
    ...{
      webhookId: id,
      subscriptionId: 's-1',
      changeId: 'c-1',
      updateType,
      sequence,
      attempt: 1,
      sentAt,
      test,
    },
    body: JSON.stringify({ ...samplePayloads(sentAt)[updateType], ...members }),
    signingSecrets: keys,
  });
  return { headers, body };
}
