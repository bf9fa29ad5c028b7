import { useSearchParams } from 'react-router';

/** The pages of a list that have been turned. */
export interface Pages {
  /** Leads to the page that is shown; undefined on the first one. */
  readonly cursor: string | undefined;
  readonly turnTo: (nextCursor: string) => void;
  /** To the page before; undefined on the first one. */
  readonly turnBack: (() => void) | undefined;
}

/** The parameter of the address that stands there once for each page that has been turned. */
const CURSOR = 'cursor';

/** @param cursors those that lead to each page until the one that is shown */
export function pagesOf(cursors: readonly string[], set: (cursors: readonly string[]) => void): Pages {
  return {
    cursor: cursors.at(-1),
    turnTo: (nextCursor) => set([...cursors, nextCursor]),
    turnBack: cursors.length === 0 ? undefined : () => set(cursors.slice(0, -1)),
  };
}

/** Which pages an address says have been turned; `list` tells lists of one page apart. */
export function cursorsOf(address: URLSearchParams, list?: string): readonly string[] {
  return address.getAll(parameterOf(list));
}

/** Writes that into an address. */
export function turnPages(address: URLSearchParams, cursors: readonly string[], list?: string): void {
  address.delete(parameterOf(list));
  cursors.forEach((cursor) => address.append(parameterOf(list), cursor));
}

/** Turns all lists back to their beginning. */
export function beginAgain(address: URLSearchParams): void {
  [...address.keys()].filter((name) => name.startsWith(CURSOR)).forEach((name) => address.delete(name));
}

function parameterOf(list: string | undefined): string {
  return list === undefined ? CURSOR : `${CURSOR}-${list}`;
}

/**
 * Pages of a list without filters, kept in the address: going back leads to the page before.
 * @param list its name, where the page has several
 */
export function usePages(list?: string): Pages {
  const [params, setParams] = useSearchParams();
  const turn = (cursors: readonly string[]): void =>
    setParams(
      () => {
        // As the address is by now, which the last render may be behind.
        const next = new URLSearchParams(window.location.search);
        turnPages(next, cursors, list);
        return next;
      },
      { preventScrollReset: true },
    );
  return pagesOf(cursorsOf(params, list), turn);
}
