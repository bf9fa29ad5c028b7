import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type FieldProblem } from '../api/problem';

interface ProblemText {
  readonly message: string;
  readonly fields: readonly FieldProblem[];
}

/** The text and the field problems of an error, in the language of the page. */
export function useProblemText(): (error: Error) => ProblemText {
  const { t } = useTranslation();
  return useCallback(
    (error) => {
      if (!(error instanceof ApiError)) return { message: t('problem.unexpected'), fields: [] };
      return { message: messageOf(error), fields: error.problems };

      function messageOf({ status, message, retryAfter, problems }: ApiError): string {
        if (status === 0) return t('problem.unreachable');
        if (status === 429) return t('problem.tooMany', { count: retryAfter ?? 60 });
        if (status === 401) return t('problem.loggedOut');
        if (status === 403) return t('problem.forbidden');
        if (status === 404) return t('problem.notFound');
        if (status >= 500) return t('problem.ours');
        if (status === 400 && problems.length > 0) return t('problem.fields');
        return message;
      }
    },
    [t],
  );
}
