/**
 * The first of a list that are wanted, and how many of all were passed for them: of what was read for a part, the next part begins
 * behind those.
 * @param take undefined: it is passed over
 */
export function takeUpTo<T, Taken>(
  limit: number,
  all: readonly T[],
  take: (one: T) => Taken | undefined,
): { readonly taken: Taken[]; readonly passed: number } {
  const taken: Taken[] = [];
  let passed = 0;
  for (const one of all) {
    if (taken.length === limit) break;
    passed += 1;
    const found = take(one);
    if (found !== undefined) taken.push(found);
  }
  return { taken, passed };
}
