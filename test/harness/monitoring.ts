/** What deploy/monitoring asks of the metrics. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';

export const MONITORING_DIR = path.resolve(__dirname, '../../deploy/monitoring');

/** A rule that raises an alert. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

/** A part of the dashboard. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

export interface Dashboard {
  readonly templating: { readonly list: readonly { readonly query: { readonly query: string } }[] };
  readonly panels: readonly Panel[];
}

export function read(file: string): string {
  return readFileSync(path.join(MONITORING_DIR, file), 'utf8');
}

export function alertRules(): readonly AlertRule[] {
  const { groups } = parse(read('rules.yml')) as { groups: { rules: AlertRule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export function dashboard(): Dashboard {
  return JSON.parse(read('grafana/cpm-webhooks.json')) as Dashboard;
}

/** What each panel asks Prometheus for, as it asks for all applications. */
export function dashboardQueries(): string[] {
  return dashboard().panels.flatMap(({ targets = [] }) =>
    targets.map(({ expr }) => expr.replaceAll('$application', '.*').replaceAll('$__rate_interval', '15s')),
  );
}

/** Names of the metrics that rules and dashboard ask a process for. */
export function namesAskedFor(): string[] {
  const { panels, templating } = dashboard();
  const expressions = [
    ...alertRules().map(({ expr }) => expr),
    ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
    ...templating.list.map(({ query }) => query.query),
  ];
  const names = expressions.flatMap((text) => text.match(/\b(cpm|temporal|process|nodejs)_\w+/g) ?? []);
  return [...new Set(names)].sort();
}

/** Names that a text in Prometheus' format has values of, or would have once something happens. */
export function namesIn(text: string): Set<string> {
  const described = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? ['_bucket', '_count', '_sum'].map((end) => name + end) : [name],
  );
  return new Set(described);
}
