import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ALERT_KINDS } from '../../src/alerts/kinds';
import { alertRules, dashboard, MONITORING_DIR, read, type Panel } from '../harness/monitoring';
import { isInstalled } from '../harness/prometheus';

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts?: readonly unknown[];
    }[];
  }[];
}

const rules = alertRules();

describe('the alert rules', () => {
  it.each([
    ['check', 'config', 'prometheus.yml'],
    ['check', 'rules', 'rules.yml'],
    ['test', 'rules', 'rules.test.yml'],
  ])('pass promtool %s %s', (...args) => {
    if (!isInstalled('promtool'))
      return void process.stdout.write('  promtool is not installed: not asked\n');
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: MONITORING_DIR, encoding: 'utf8' });
    expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('each have a test that fires it and one that does not', () => {
    const cases = (parse(read('rules.test.yml')) as RuleTests).tests.flatMap((test) => test.alert_rule_test);
    const tested = (fires: boolean) =>
      new Set(
        cases.filter((each) => (each.exp_alerts !== undefined) === fires).map((each) => each.alertname),
      );
    const names = rules.map(({ alert }) => alert);
    expect([
      names.filter((name) => !tested(true).has(name)),
      names.filter((name) => !tested(false).has(name)),
    ]).toEqual([[], []]);
  });

  it('are told what they mean and what to do', () => {
    const page = readFileSync(path.resolve(__dirname, '../../docs/monitoring.md'), 'utf8');
    for (const { alert, labels, annotations } of rules) {
      expect(annotations.runbook).toBe(`docs/monitoring.md#${alert.toLowerCase()}`);
      expect(page).toContain(`\n### ${alert}\n`);
      expect(['critical', 'warning', 'notice']).toContain(labels.severity);
    }
  });

  it('know the kinds of alerts that the service has, and leave none out', () => {
    const matchers = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/cpm_alerts_open\{kind(=~?|!~)"([^"]+)"\}/g)].map(([, how, kinds = '']) => ({
        how,
        kinds,
      })),
    );
    const matches = (kind: string) =>
      matchers.filter(({ how, kinds }) => new RegExp(`^(${kinds})$`).test(kind) === (how !== '!~'));
    expect(ALERT_KINDS.map((kind) => [kind, matches(kind).length])).toEqual(
      ALERT_KINDS.map((kind) => [kind, 1]),
    );
    const named = matchers.flatMap(({ kinds }) => kinds.split('|'));
    expect(named.filter((name) => !ALERT_KINDS.some((kind) => new RegExp(`^${name}$`).test(kind)))).toEqual(
      [],
    );
  });
});

describe('the dashboard', () => {
  const { panels } = dashboard();
  const overlap = (a: Panel, b: Panel) =>
    a !== b &&
    a.gridPos.x < b.gridPos.x + b.gridPos.w &&
    b.gridPos.x < a.gridPos.x + a.gridPos.w &&
    a.gridPos.y < b.gridPos.y + b.gridPos.h &&
    b.gridPos.y < a.gridPos.y + a.gridPos.h;

  it('asks the Prometheus that is provisioned', () => {
    const { datasources } = parse(read('grafana/datasource.yml')) as { datasources: { uid: string }[] };
    const asked = panels.flatMap(({ datasource, targets = [] }) => [
      datasource,
      ...targets.map((t) => t.datasource),
    ]);
    expect([...new Set(asked.flatMap((each) => (each ? [each.uid] : [])))]).toEqual([datasources[0]?.uid]);
  });

  it('has panels that say what they show, each in a place of its own', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const panel of panels.filter(({ type }) => type !== 'row')) {
      expect([panel.title, panel.description]).toEqual([
        expect.stringMatching(/\w/),
        expect.stringMatching(/\.$/),
      ]);
      expect(panels.filter((other) => overlap(panel, other)).map(({ title }) => title)).toEqual([]);
    }
  });
});
