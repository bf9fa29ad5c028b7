import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError, type FieldProblem, type NoAnswer } from '../api/problem';

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

      function messageOf({ status, code, message }: ApiError): string {
        if (code !== undefined) return message;
        if (status === 0) return t(`problem.${message as NoAnswer}`);
        return status >= 500 ? t('problem.ours') : t('problem.foreign', { status });
      }
    },
    [t],
  );
}
