import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { beginAgain, cursorsOf, pagesOf, turnPages, type Pages } from './pages';

interface Filters<K extends string> {
  readonly values: Partial<Record<K, string>>;
  readonly pages: Pages;
  readonly active: boolean;
  /** Sets one; null takes it away. The list begins at its start again. */
  readonly set: (name: K, value: string | null) => void;
  readonly clear: () => void;
}

/** Filters of a list, kept in the address: a link shows the same, and so does going back. */
export function useFilters<K extends string>(names: readonly K[]): Filters<K> {
  const [params, setParams] = useSearchParams();
  const values = useMemo(
    () =>
      Object.fromEntries(
        names.flatMap((name) => (params.get(name) ? [[name, params.get(name) ?? '']] : [])),
      ) as Partial<Record<K, string>>,
    [names, params],
  );
  const change = useCallback(
    (entries: Record<string, string | null>, cursors?: readonly string[]) =>
      setParams(
        () => {
          // As the address is by now: what the router hands over is that of the last render, which may be behind on a slow machine.
          const next = new URLSearchParams(window.location.search);
          for (const [name, value] of Object.entries(entries)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          if (cursors) turnPages(next, cursors);
          else beginAgain(next);
          return next;
        },
        // Going back leads to the page before, but not through each letter of a search.
        { replace: cursors === undefined, preventScrollReset: true },
      ),
    [setParams],
  );
  return {
    values,
    pages: pagesOf(cursorsOf(params), (cursors) => change({}, cursors)),
    active: Object.keys(values).length > 0,
    set: (name, value) => change({ [name]: value }),
    clear: () => change(Object.fromEntries(names.map((name) => [name, null]))),
  };
}
