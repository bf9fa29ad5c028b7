import { z } from 'zod';
import { moment, shownTime } from '../../platform/fields';
import { count, shownNumber } from './common';

const MOST_BUCKETS = 200;

/** Which part of the time; the last day in hours by default. */
export const statisticsQuery = z.strictObject({
  from: moment.optional().meta({ description: 'Where to begin; a day before `to` by default.' }),
  to: moment.optional().meta({
    description: 'Where to end, not included; now by default.',
    examples: ['2025-06-02T09:30:00.000Z'],
  }),
  buckets: count(1, MOST_BUCKETS, 24, 'Equal parts to count in.'),
});

export const statistics = z
  .object({
    buckets: z
      .array(
        z.object({
          at: shownTime('When it begins.'),
          delivered: shownNumber('Attempts that succeeded.', 41),
          failed: shownNumber('Attempts that failed.', 2),
          p50Ms: z
            .int()
            .nullable()
            .meta({
              description: 'Median duration of its attempts, in milliseconds; `null`: there were none.',
              examples: [84],
            }),
          p95Ms: z
            .int()
            .nullable()
            .meta({
              description:
                '95th percentile of the durations of its attempts, in milliseconds; `null`: there were none.',
              examples: [310],
            }),
        }),
      )
      .meta({ description: 'The parts of the time, the earliest first.' }),
  })
  .meta({ id: 'Statistics', description: "A subscription's attempts over time." });
