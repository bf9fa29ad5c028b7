import { Button, Skeleton, Stack } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactElement, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from './EmptyState';
import { useProblemText } from './use-problem-text';

interface QueryViewProps<T> {
  readonly query: UseQueryResult<T>;
  /** What is shown while it loads; by default some grey bars. */
  readonly skeleton?: ReactNode;
  readonly children: (value: T) => ReactNode;
}

/** Shows the result of a query. Until it has one, shows that it is loading, or why it failed with a way to try again. */
export function QueryView<T>({ query, skeleton, children }: QueryViewProps<T>): ReactElement {
  const { t } = useTranslation();
  const text = useProblemText();
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError) {
    return (
      <div role="alert">
        <EmptyState icon={IconAlertTriangle} title={t('problem.title')} text={text(query.error).message}>
          <Button variant="default" loading={query.isFetching} onClick={() => void query.refetch()}>
            {t('common.retry')}
          </Button>
        </EmptyState>
      </div>
    );
  }
  return (
    <div role="status" aria-busy="true">
      <span className="visually-hidden">{t('common.loading')}</span>
      {skeleton ?? <Bars />}
    </div>
  );
}

function Bars(): ReactElement {
  return (
    <Stack gap="sm">
      {[0, 1, 2, 3].map((bar) => (
        <Skeleton key={bar} h={44} />
      ))}
    </Stack>
  );
}
