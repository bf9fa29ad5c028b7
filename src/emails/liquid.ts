/** Renders Liquid templates: values in HTML are escaped, size and memory are bounded. Their time is by their thread (src/emails/in-thread.ts). */
import { Liquid, LiquidError } from 'liquidjs';

/** An error in a template, with its line. */
export interface LiquidProblem {
  readonly line?: number | undefined;
  readonly message: string;
}

const LIMITS = {
  parseLimit: 1_000_000,
  memoryLimit: 2_000_000,
};
/** Characters of what a part becomes. */
const MOST_RENDERED = 1_048_576;

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

/** What a template becomes is too large. */
class TooLargeError extends Error {}

/** Renders a template. @throws LiquidError for what it refuses, or TooLargeError. */
export function renderLiquid(form: LiquidForm, source: string, values: object): string {
  const rendered = engines[form].parseAndRenderSync(source, values) as string;
  if (rendered.length > MOST_RENDERED)
    throw new TooLargeError(`makes more than ${MOST_RENDERED / 1_024} KiB of text`);
  return rendered;
}

/**
 * What is wrong with a template: its syntax, variables that don't exist, and what fails with one of the samples.
 * @param step does a part of the work within a limit of its own
 */
export function checkLiquid(
  step: <T>(work: () => T) => T,
  form: LiquidForm,
  source: string,
  isVariable: (path: string) => boolean,
  samples: readonly object[],
): LiquidProblem[] {
  try {
    const unknown = step(() => unknownVariables(form, source, isVariable));
    if (unknown.length > 0) return unknown;
    for (const sample of samples) step(() => renderLiquid(form, source, sample));
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
  if (error instanceof TooLargeError) return { message: error.message };
  if (!LiquidError.is(error)) return { message: 'cannot be rendered' };
  const [line] = error.token.getPosition();
  const { message } = (error as { originalError?: Error }).originalError ?? error;
  return { line, message: message.replace(/, (file|line|col):.*$/su, '').slice(0, 200) };
}
