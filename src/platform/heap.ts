import { setFlagsFromString } from 'node:v8';

/** How far the heap grows beyond what is alive before V8 collects it; per cent. V8 itself lets it double, or more. */
const GROWING_PERCENT = 30;

/**
 * Has V8 collect garbage before there is much of it, for a process that lives long and has little alive. In a worker, each
 * workflow leaves some that only a full collection finds: with 500 that wait it took 95 MB more than without them instead of 186, for
 * no CPU that could be measured (docs/benchmarks.md).
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWING_PERCENT}`);
}
