/** Operational webhooks: signed as all webhooks are, and sent by the same connections, limits and address guard. */
import { userAgent } from '../delivery/http/request';
import { signatureHeaders } from '../delivery/http/signatures';
import type { WebhookPoster } from '../delivery/http/post';
import type { OutgoingMessage, Sender } from './send-message';

/** Where they go, and what signs them. */
export interface AlertWebhook {
  readonly url: string;
  readonly signingKeys: readonly string[];
  /** How people reach the admin UI. */
  readonly publicUrl: string;
}

/** Sends messages by POST. */
export function byWebhook(poster: WebhookPoster, { url, signingKeys, publicUrl }: AlertWebhook): Sender {
  return async (message) => {
    const body = JSON.stringify(bodyOf(message, publicUrl));
    const signed = signatureHeaders(
      {
        ...{ url, body, webhookId: message.id, sentAt: Math.floor(Date.now() / 1_000) },
        headers: { 'x-cpm-attempt': String(message.attempt) },
      },
      signingKeys,
    );
    const headers = { 'content-type': 'application/json', accept: '*/*', 'user-agent': userAgent, ...signed };
    const { error } = await poster.post({ url, body, headers, clientCertificate: undefined });
    return error;
  };
}

function bodyOf({ id, createdAt, alerts, more }: OutgoingMessage, publicUrl: string): object {
  return { type: 'alerts', id, createdAt: createdAt.toISOString(), alerts, more, url: `${publicUrl}/alerts` };
}
