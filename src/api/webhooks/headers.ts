/** The headers of a webhook, as a JSON Schema: those of each one, not what the subscription adds of its own. */
import { z } from 'zod';
import { subscriptionId, updateType } from '../../subscriptions/schema';
import { shownText } from '../schemas/common';
import { exampleId } from '../../platform/fields';
import { changeId } from '../schemas/ids';

const digits = (description: string, example: string): z.ZodString =>
  z
    .string()
    .regex(/^\d+$/)
    .meta({ description, examples: [example] });

/** Names are in lower case; HTTP compares them without regard to case (RFC 9110 §5.1). */
export const webhookHeaders = z
  .looseObject({
    'content-type': z
      .literal('application/json')
      .meta({ description: 'The body is JSON, in UTF-8.', examples: ['application/json'] }),
    'user-agent': shownText('Who sends.', 'cpm-webhooks/0.1.0'),
    'webhook-id': shownText(
      "Names the content: drop what comes under an id that you have handled. The delivery's id, and a number behind it once the " +
        "body says something else than it did at the delivery's own change.",
      exampleId('delivery'),
    ),
    'webhook-timestamp': digits('When it was sent, in seconds since 1970.', '1748770200'),
    'webhook-signature': shownText(
      'Standard Webhooks: `v1,` and an HMAC-SHA256, or `v1a,` and an Ed25519 signature; two, separated by a space, while a secret or ' +
        'key is being rotated.',
      'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    ),
    'content-digest': shownText(
      'Digest of the body (RFC 9530).',
      'sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:',
    ),
    'signature-input': shownText(
      'What the signature covers (RFC 9421).',
      'cpm=("@method" "@target-uri" "content-digest" …);created=1748770200;keyid="…"',
    ),
    signature: shownText('The signature (RFC 9421).', 'cpm=:…:'),
    'x-cpm-update-type': updateType,
    'x-cpm-subscription-id': subscriptionId,
    'x-cpm-change-id': changeId,
    'x-cpm-sequence': digits(
      "Number of the citizen's latest change that the body reflects. It never falls for a citizen; gaps are changes that this " +
        'subscription was not sent.',
      '7',
    ),
    'x-cpm-attempt': digits("Number of the attempt, over the delivery's whole life.", '1'),
    traceparent: shownText(
      'Only where the service is traced: the trace of the call that recorded the change (W3C Trace Context). It is not signed.',
      '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ).optional(),
    'x-cpm-test': z
      .literal('true')
      .optional()
      .meta({ description: 'Only on tests of the endpoint: the body is an example.', examples: ['true'] }),
  })
  .meta({ id: 'WebhookHeaders', description: 'Headers of each webhook.' });
