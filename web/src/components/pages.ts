import { useMemo, useState } from 'react';

/** The pages of a list that have been turned. */
export interface Pages {
  /** Leads to the page that is shown; undefined on the first one. */
  readonly cursor: string | undefined;
  readonly turnTo: (nextCursor: string) => void;
  /** To the page before; undefined on the first one. */
  readonly turnBack: (() => void) | undefined;
}

/** @param cursors those that lead to each page until the one that is shown */
export function pagesOf(cursors: readonly string[], set: (cursors: readonly string[]) => void): Pages {
  return {
    cursor: cursors.at(-1),
    turnTo: (nextCursor) => set([...cursors, nextCursor]),
    turnBack: cursors.length === 0 ? undefined : () => set(cursors.slice(0, -1)),
  };
}

/** Pages of a list that no link leads to. */
export function usePages(): Pages {
  const [cursors, set] = useState<readonly string[]>([]);
  return useMemo(() => pagesOf(cursors, set), [cursors]);
}
