/** How what is about a subscription names it, also when that is deleted. */
import { z } from 'zod';

export const subscriptionDeleted = z.boolean().meta({
  description: 'Whether the subscription is deleted: it can be read no more, and is sent nothing.',
  examples: [false],
});

/** Beside the id of a subscription. */
export const namedSubscription = {
  subscriptionName: z.string().meta({
    description: 'What people call the subscription; kept when it is deleted.',
    examples: ['CRM'],
  }),
  subscriptionDeleted,
};

/** Its columns that tell. */
export const NAMED = { name: true, deletedAt: true } as const;

/** The same of a row. */
export function showName({ name, deletedAt }: { readonly name: string; readonly deletedAt: Date | null }): {
  readonly subscriptionName: string;
  readonly subscriptionDeleted: boolean;
} {
  return { subscriptionName: name, subscriptionDeleted: deletedAt !== null };
}
