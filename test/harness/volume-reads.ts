/** What the admin UI and callers read of a filled database, on the subscription with the most of everything too. */
import type { Volume } from './volume';

/** The last thirty days. */
const month = (): string => {
  const now = Date.now();
  const from = new Date(now - 30 * 86_400_000).toISOString();
  return `from=${from}&to=${new Date(now).toISOString()}`;
};

type Read = readonly [name: string, path: (volume: Volume) => string];

/** Reads whose cost does not depend on how much there is. */
export const FLAT_READS: readonly Read[] = [
  ['the newest deliveries', () => '/v1/deliveries'],
  ['deliveries of a subscription', (v) => `/v1/deliveries?subscriptionId=${v.subscriptionId}`],
  ['what waits', () => '/v1/deliveries?status=waiting'],
  ['what was delivered', () => '/v1/deliveries?status=delivered&limit=100'],
  ['what waits of a subscription', (v) => `/v1/deliveries?status=waiting&subscriptionId=${v.largestId}`],
  ['what expired of a subscription', (v) => `/v1/deliveries?status=expired&subscriptionId=${v.largestId}`],
  ['deliveries of a type', () => '/v1/deliveries?updateType=consent-receipts'],
  ['deliveries of a time', () => `/v1/deliveries?${month()}`],
  ['deliveries of a citizen', (v) => `/v1/deliveries?citizenId=${v.citizenId}`],
  ['deliveries of a customer', () => '/v1/deliveries?externalRef=customer-99'],
  ['deliveries of an unknown customer', () => '/v1/deliveries?externalRef=nobody'],
  ['what was answered by a status code', () => '/v1/deliveries?statusCode=502&limit=100'],
  ['what was answered by an unheard-of one', () => '/v1/deliveries?statusCode=418'],
  [
    'what was answered by one of the largest',
    (v) => `/v1/deliveries?statusCode=204&subscriptionId=${v.largestId}`,
  ],
  ['the journal of a subscription', (v) => `/v1/subscriptions/${v.subscriptionId}/changes?after=1&limit=100`],
  ['its newest entries', (v) => `/v1/subscriptions/${v.subscriptionId}/changes?latest=true`],
  ['everything undelivered', () => '/v1/deliveries?undelivered=true&limit=100'],
  [
    'everything undelivered of the largest',
    (v) => `/v1/deliveries?undelivered=true&subscriptionId=${v.largestId}`,
  ],
  [
    'what is undelivered by type, code and time',
    () => `/v1/deliveries?undelivered=true&updateType=consent-receipts&statusCode=501&${month()}`,
  ],
  ['one delivery', (v) => `/v1/deliveries/${v.deliveryId}`],
  ['subscriptions with their health', () => '/v1/subscriptions?limit=100'],
  ['subscriptions by their health', () => '/v1/subscriptions?sort=health&health=failing&limit=100'],
  ['the largest subscription', (v) => `/v1/subscriptions/${v.largestId}`],
  ['a day of the largest', (v) => `/v1/subscriptions/${v.largestId}/statistics`],
  ['alerts', () => '/v1/alerts'],
  ['alerts that are open', () => '/v1/alerts?status=open'],
  ['citizens', () => '/v1/citizens?limit=100'],
  ["a citizen's history", (v) => `/v1/citizens/${v.citizenId}/changes`],
  ['a citizen with a long history', (v) => `/v1/citizens/${v.longestId}`],
  ['the long history', (v) => `/v1/citizens/${v.longestId}/changes?limit=100`],
  [
    'what is in effect after it',
    (v) => `/v1/permissions?applicationId=${v.applicationId}&externalRef=longest`,
  ],
  ['applications', () => '/v1/applications'],
];

/** Reads that cost what they count, pass over or search through. */
export const GROWING_READS: readonly Read[] = [
  ['a page in the middle', () => '/v1/deliveries?offset=50000&limit=100'],
  ['the last page', () => '/v1/deliveries?offset=99900&limit=100'],
  ['deliveries of the largest', (v) => `/v1/deliveries?subscriptionId=${v.largestId}&offset=40000`],
  ['a month of the largest', (v) => `/v1/subscriptions/${v.largestId}/statistics?${month()}&buckets=200`],
  ['citizens by a part of their reference', () => '/v1/citizens?q=99'],
  ['nobody', () => '/v1/citizens?q=nobody'],
  [
    'all filters',
    (v) =>
      `/v1/deliveries?${month()}&status=delivered&updateType=consent-receipts&subscriptionId=${v.largestId}`,
  ],
];
