/** The console's table. */
import type { Machine } from './machine';
import type { Result } from './run';

/** Each scenario with its figures: the median, and from where to where the rounds went. */
export function formatTable(machine: Machine, results: readonly Result[]): string {
  return [describe(machine), ...results.map(formatResult)].join('\n\n');
}

function describe(machine: Machine): string {
  const { cpus, model, memoryMb, platform, node, postgres, temporal, temporalSdk, commit } = machine;
  return [
    `${cpus} × ${model}, ${memoryMb} MB, ${platform}`,
    `Node ${node}, PostgreSQL ${postgres}, Temporal ${temporal}, SDK ${temporalSdk}, commit ${commit}`,
  ].join('\n');
}

function formatResult({ scenario, title, rounds, median }: Result): string {
  const names = Object.keys(median);
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => {
    const values = rounds.map((figures) => figures[name] ?? NaN);
    const range =
      rounds.length > 1 ? `   (${format(Math.min(...values))} to ${format(Math.max(...values))})` : '';
    return `  ${name.padEnd(width)}  ${format(median[name] ?? NaN).padStart(9)}${range}`;
  });
  return [`${scenario}: ${title}`, ...lines].join('\n');
}

/** Three significant digits, whole numbers whole; a dash for what this machine can't tell. */
function format(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
