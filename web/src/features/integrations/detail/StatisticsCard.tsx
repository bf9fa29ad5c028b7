import { SegmentedControl, Skeleton } from '@mantine/core';
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { Card } from '../../../components/Card';
import { QueryView } from '../../../components/QueryView';
import { useStatistics } from '../queries';

/** The charts are a third of all script: they come when the rest of the page stands. */
const Charts = lazy(async () => ({ default: (await import('./Charts')).Charts }));

/** Hours shown, and in how many parts. */
const RANGES = {
  hour: [1, 30],
  day: [24, 24],
  week: [168, 28],
  month: [720, 30],
} as const;
type Range = keyof typeof RANGES;

/** Attempts by outcome and how long answers took, over time. */
export function StatisticsCard({ id }: { readonly id: string }): ReactElement {
  const { t } = useTranslation();
  const [range, setRange] = useState<Range>('day');
  const [hours, buckets] = RANGES[range];
  const statistics = useStatistics(id, hours, buckets);
  const skeleton = <Skeleton h={420} aria-busy />;
  return (
    <Card
      title={t('integrations.statistics.title')}
      aside={
        <SegmentedControl
          aria-label={t('integrations.statistics.range')}
          size="xs"
          data={(Object.keys(RANGES) as Range[]).map((value) => ({
            value,
            label: t(`integrations.statistics.ranges.${value}`),
          }))}
          value={range}
          onChange={(value) => setRange(value)}
        />
      }
    >
      <QueryView query={statistics} skeleton={skeleton}>
        {({ buckets: shown }) => (
          <Suspense fallback={skeleton}>
            <Charts buckets={shown} hours={hours} />
          </Suspense>
        )}
      </QueryView>
    </Card>
  );
}
