/** Renders Liquid templates: values in HTML are escaped, and size, time and memory are bounded. */
import { Liquid, LiquidError } from 'liquidjs';

/** An error in a template, with its line. */
export interface LiquidProblem {
  readonly line?: number | undefined;
  readonly message: string;
}

const LIMITS = {
  parseLimit: 1_000_000,
  /** Milliseconds of one rendering. */
  renderLimit: 2_000,
  memoryLimit: 2_000_000,
};

function createEngine(escapes: boolean): Liquid {
  const engine = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {}, // nothing is read from files
    ...LIMITS,
    ...(escapes && { outputEscape: 'escape' as const }),
  });
  delete engine.filters['raw']; // it would undo the escaping
  for (const tag of ['include', 'render', 'layout', 'block']) delete engine.tags[tag];
  return engine;
}

const engines = { html: createEngine(true), text: createEngine(false) };

/** Whether values are escaped for HTML. */
export type LiquidForm = keyof typeof engines;

/** Renders a template. @throws LiquidError for what it refuses. */
export function renderLiquid(form: LiquidForm, source: string, values: object): string {
  return engines[form].parseAndRenderSync(source, values) as string;
}

/** What is wrong with a template: its syntax, variables that don't exist, and what fails with one of the samples. */
export function checkLiquid(
  form: LiquidForm,
  source: string,
  isVariable: (path: string) => boolean,
  samples: readonly object[],
): LiquidProblem[] {
  try {
    const unknown = unknownVariables(form, source, isVariable);
    if (unknown.length > 0) return unknown;
    for (const sample of samples) renderLiquid(form, source, sample);
    return [];
  } catch (error) {
    return [asProblem(error)];
  }
}

/** Unknown variables of a template, each at its first use; also in branches that are not taken. */
function unknownVariables(
  form: LiquidForm,
  source: string,
  isVariable: (path: string) => boolean,
): LiquidProblem[] {
  const { globals } = engines[form].analyzeSync(engines[form].parse(source));
  return Object.values(globals).flatMap((uses) =>
    uses
      .filter((use) => !isVariable(use.toArray().filter(isName).join('.')))
      .map((use) => ({
        line: use.location.row,
        message: `there is no variable ${String(use)}`,
      })),
  );
}

/** Positions and computed parts are ignored: `items[0].name` is looked up when a sample is rendered. */
function isName(segment: unknown): segment is string {
  return typeof segment === 'string';
}

/** Liquid's message of an error, without its excerpt of the source. */
export function asProblem(error: unknown): LiquidProblem {
  if (!LiquidError.is(error)) return { message: 'cannot be rendered' };
  const [line] = error.token.getPosition();
  const { message } = (error as { originalError?: Error }).originalError ?? error;
  return { line, message: message.replace(/, (file|line|col):.*$/su, '').slice(0, 200) };
}
