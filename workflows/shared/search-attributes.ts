/** What visibility knows of the workflows, so that operators find them in the Temporal Web UI. */
import { defineSearchAttributeKey } from '@temporalio/common';

/** Search attributes the namespace must know. */
export const SEARCH_ATTRIBUTES = {
  CpmApplicationId: 'Keyword',
  CpmSubscriptionId: 'Keyword',
  CpmCitizenId: 'Keyword',
  CpmUpdateType: 'Keyword',
  CpmDeliveryStatus: 'Keyword',
  CpmLastStatusCode: 'Int',
} as const;

/** Typed keys of {@link SEARCH_ATTRIBUTES}. */
export const attributes = {
  applicationId: defineSearchAttributeKey('CpmApplicationId', 'KEYWORD'),
  subscriptionId: defineSearchAttributeKey('CpmSubscriptionId', 'KEYWORD'),
  citizenId: defineSearchAttributeKey('CpmCitizenId', 'KEYWORD'),
  updateType: defineSearchAttributeKey('CpmUpdateType', 'KEYWORD'),
  deliveryStatus: defineSearchAttributeKey('CpmDeliveryStatus', 'KEYWORD'),
  lastStatusCode: defineSearchAttributeKey('CpmLastStatusCode', 'INT'),
};
