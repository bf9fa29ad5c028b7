/** What a webhook says of the options and preferences that a receiver has a place for. */
import type {
  EffectivePermission,
  EffectivePreference,
  ReceiptPermission,
  ReceiptPreference,
} from './bodies.ts';
import type { WebhookOf } from './webhook.ts';

export type Permission = EffectivePermission | ReceiptPermission;
export type Preference = EffectivePreference | ReceiptPreference;
export type Entry = Permission | Preference;

/** A webhook about what is in effect, in full or as far as it changed. */
export type StateWebhook = WebhookOf<'effective-permission'> | WebhookOf<'consent-receipts'>;

/** `option:ID`, `group:ID` or `preference:REFERENCE`. */
export function keyOf(entry: Entry): string {
  return 'optionId' in entry ? `${entry.optionType}:${entry.optionId}` : `preference:${entry.preference}`;
}

/**
 * What a webhook says of each of `keys`: an entry, or null where nothing is in effect. Effective Permissions say something of every key, since what
 * they leave out is not in effect (any more). Receipts say something of what changed; the other keys are absent from the answer.
 *
 * Where the subscription has a filter, give no key that it leaves out: it would look like one that was withdrawn.
 */
export function entriesFor(
  { updateType, body }: StateWebhook,
  keys: Iterable<string>,
): Map<string, Entry | null> {
  const said = new Map<string, Entry>();
  for (const entry of [...(body.permissions ?? []), ...(body.preferences ?? [])])
    said.set(keyOf(entry), entry);
  const entries = new Map<string, Entry | null>();
  for (const key of keys) {
    const entry = said.get(key);
    if (entry) entries.set(key, isOver(entry) ? null : entry);
    else if (updateType === 'effective-permission') entries.set(key, null);
  }
  return entries;
}

/** Receipts have an entry for what went out of effect. */
function isOver(entry: Entry): boolean {
  return 'optionId' in entry ? entry.state === null : entry.choices.length === 0;
}

/**
 * Whether an entry permits to act: consent that was given, or another justification that is claimed. What is denied, objected to, pending
 * (nobody has confirmed it yet) or not in effect does not.
 */
export function isPermitted(entry: Entry | null | undefined): boolean {
  return !!entry && 'optionId' in entry && (entry.state === 'GRANTED' || entry.state === 'CLAIMED');
}
