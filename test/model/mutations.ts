/**
 * The product with one of its rules put out of force, by a change of the source as it is loaded. The model must find each:
 * what it can't tell from the right thing, it does not hold.
 */

/** A change of one source file: each text stands in it exactly once. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Mutation {
  readonly name: string;
  /** What a history is to be called wrong for. */
  readonly shows: RegExp;
  readonly changes: readonly Change[];
}

const change = (file: string, from: string, to: string): Change => ({ file, from, to });

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a resync passes over a citizen whose delivery is in flight',
    shows: /holds .* in effect is|a resync has left somebody out/,
    changes: [
      change('src/outbox/enqueue.ts', `AND "attemptCount" = 0 AND \${UNFINISHED}`, 'AND ${UNFINISHED}'),
    ],
  },
  {
    name: 'a resend carries the number of its own change',
    shows: /the sequence fell/,
    changes: [
      change(
        'src/delivery/attempt/make-attempt.ts',
        'Math.max(rendered.sequence, delivery.sentSequence)',
        'rendered.sequence',
      ),
      change('src/outbox/ordering-key.ts', ` AND k."sentSequence" <= EXCLUDED."sentSequence"`, ''),
    ],
  },
  {
    name: 'a resend carries the number of the latest change',
    shows: /the sequence fell/,
    changes: [
      change(
        'src/delivery/attempt/make-attempt.ts',
        'Math.max(rendered.sequence, delivery.sentSequence)',
        'delivery.resent ? delivery.citizenSequence : rendered.sequence',
      ),
      change('src/outbox/ordering-key.ts', ` AND k."sentSequence" <= EXCLUDED."sentSequence"`, ''),
    ],
  },
  {
    name: 'a request begins while another of its ordering key is in flight',
    shows: /two requests of one ordering key/,
    changes: [
      change(
        'src/outbox/ordering-key.ts',
        '(k."attemptId" IS NULL OR k."attemptUntil" <= clock_timestamp())',
        'true',
      ),
    ],
  },
  {
    name: 'an ordering key is freed before the outcome is recorded',
    shows: /two requests of one ordering key/,
    changes: [
      change(
        'src/delivery/attempt/send.ts',
        `import { closeGivenBack } from './record';`,
        `import { closeGivenBack } from './record';
         import { freeKey } from '../../outbox/ordering-key';`,
      ),
      change(
        'src/delivery/attempt/send.ts',
        '({ outcome, secrets } = await post(context, ready, shutdown));',
        `const posting = post(context, ready, shutdown);
         await context.db.$transaction((tx) => freeKey(tx, delivery.id, ready.attempt.attemptId));
         ({ outcome, secrets } = await posting);`,
      ),
    ],
  },
  {
    name: 'a webhook-id names the delivery, whatever it says by now',
    shows: /one id, two contents/,
    changes: [
      change('src/delivery/attempt/render.ts', 'webhookId: saysAnother ? idOfAnother : id', 'webhookId: id'),
    ],
  },
  {
    name: 'a filter hides what takes back what was sent before it',
    shows: /a filter has hidden/,
    changes: [
      change(
        'src/consent/rules/filter.ts',
        'now.has(key) || (isTakenAway && (once.has(ALL_KEYS) || once.has(key)))',
        'now.has(key)',
      ),
    ],
  },
  {
    name: 'consent dated ahead outranks what is recorded after it',
    shows: /is not in effect/,
    changes: [
      change(
        'src/consent/rules/ranking.ts',
        ': { ms: recordedAt.getTime(), micros: 0 }',
        ': { ms: obtainedAt.getTime(), micros: obtainedMicros }',
      ),
      change('src/consent/stored-state.ts', 'least(t."obtainedAt", t."recordedAt")', 't."obtainedAt"'),
    ],
  },
  {
    name: 'who finishes a delivery does not tell the next one',
    shows: /but the sweep has told/,
    changes: [
      change('src/outbox/ordering.ts', 'if (ids.length === 0) return;', 'if (ids.length >= 0) return;'),
    ],
  },
];

/**
 * Puts a rule out of force, in the source of a file.
 * @throws where a change does not fit the source any more
 */
export function mutate({ changes }: Mutation, file: string, source: string): string {
  return changes
    .filter((change) => change.file === file)
    .reduce((text, { from, to }) => {
      if (text.split(from).length !== 2) throw new Error(`${file} holds not exactly one: ${from}`);
      return text.replace(from, () => to);
    }, source);
}

/** @throws for a name that no mutation has */
export function mutationOf(name: string): Mutation {
  const found = MUTATIONS.find((mutation) => mutation.name === name);
  if (!found) throw new Error(`no such mutation: ${name}`);
  return found;
}
