import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import type { Page } from '../api/types';
import { Pager } from './Pager';
import type { Pages } from './pages';
import { QueryView } from './QueryView';

interface ListViewProps<T> {
  readonly query: UseQueryResult<Page<T>>;
  /** What stands there where nothing is listed. */
  readonly empty: ReactNode;
  readonly pages: Pages;
  readonly children: (items: readonly T[]) => ReactNode;
}

/** A part of a list, with the ways to its other parts. */
export function ListView<T>({ query, empty, pages, children }: ListViewProps<T>): ReactElement {
  return (
    <QueryView query={query}>
      {(page) =>
        page.total === 0 ? (
          empty
        ) : (
          <>
            {children(page.items)}
            <Pager page={page} pages={pages} />
          </>
        )
      }
    </QueryView>
  );
}
