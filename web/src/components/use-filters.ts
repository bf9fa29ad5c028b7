import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';

interface Filters<K extends string> {
  readonly values: Partial<Record<K, string>>;
  readonly offset: number;
  readonly active: boolean;
  /** Sets one; null takes it away. The list begins at its start again. */
  readonly set: (name: K, value: string | null) => void;
  readonly setOffset: (offset: number) => void;
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
    (entries: Record<string, string | null>) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          for (const [name, value] of Object.entries(entries)) {
            if (value) next.set(name, value);
            else next.delete(name);
          }
          return next;
        },
        { replace: true, preventScrollReset: true },
      ),
    [setParams],
  );
  return {
    values,
    offset: Number(params.get('offset') ?? 0) || 0,
    active: Object.keys(values).length > 0,
    set: (name, value) => change({ [name]: value, offset: null }),
    setOffset: (offset) => change({ offset: offset === 0 ? null : String(offset) }),
    clear: () => change(Object.fromEntries([...names, 'offset'].map((name) => [name, null]))),
  };
}
