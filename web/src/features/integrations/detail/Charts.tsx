import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatNumber, formatZone, localeOf } from '../../../components/format';
import type { StatisticsBucket } from '../api';

interface ChartsProps {
  readonly buckets: readonly StatisticsBucket[];
  readonly hours: number;
}

/** The two charts, each with a sentence that says the same to who can't see them. */
export function Charts({ buckets, hours }: ChartsProps): ReactElement {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const format = new Intl.DateTimeFormat(
    localeOf(language),
    hours > 24 ? { day: 'numeric', month: 'short' } : { hour: '2-digit', minute: '2-digit' },
  );
  const rows = buckets.map(({ at, ...rest }) => ({ at: format.format(new Date(at)), ...rest }));
  const sum = (of: (bucket: StatisticsBucket) => number): string =>
    formatNumber(
      buckets.reduce((total, bucket) => total + of(bucket), 0),
      language,
    );
  const counts = { delivered: sum(({ delivered }) => delivered), failed: sum(({ failed }) => failed) };
  const latencies = buckets.flatMap(({ p95Ms }) => (p95Ms === null ? [] : [p95Ms]));
  const slowest = latencies.length === 0 ? undefined : formatDuration(Math.max(...latencies), language);
  return (
    <>
      <Text size="sm" mb="xs">
        {t('integrations.statistics.summary', counts)}
      </Text>
      <div aria-hidden>
        <BarChart
          h={210}
          data={rows}
          dataKey="at"
          type="stacked"
          withLegend
          legendProps={{ verticalAlign: 'bottom' }}
          barChartProps={{ accessibilityLayer: false }}
          series={[
            { name: 'delivered', label: t('deliveries.outcome.delivered'), color: 'teal.6' },
            { name: 'failed', label: t('deliveries.outcome.failed'), color: 'red.6' },
          ]}
          yAxisProps={{ allowDecimals: false, width: 40 }}
          tooltipAnimationDuration={0}
          barProps={{ isAnimationActive: false, maxBarSize: 28 }}
        />
      </div>
      <Text size="sm" mt="lg" mb="xs">
        {slowest === undefined
          ? t('integrations.statistics.noLatency')
          : t('integrations.statistics.latency', { slowest })}
      </Text>
      <div aria-hidden>
        <LineChart
          h={170}
          data={rows}
          dataKey="at"
          withLegend
          legendProps={{ verticalAlign: 'bottom' }}
          connectNulls={false}
          curveType="linear"
          valueFormatter={(value) => formatDuration(value, language)}
          lineChartProps={{ accessibilityLayer: false }}
          series={[
            { name: 'p50Ms', label: t('integrations.statistics.p50'), color: 'brand.5' },
            { name: 'p95Ms', label: t('integrations.statistics.p95'), color: 'orange.6' },
          ]}
          yAxisProps={{ width: 60 }}
          dotProps={{ r: 2 }}
          lineProps={{ isAnimationActive: false }}
        />
      </div>
      <Text size="xs" c="dimmed" mt="xs">
        {t('integrations.statistics.zone', { zone: formatZone(new Date(), language) })}
      </Text>
    </>
  );
}
