import type { UseFormReturnType } from '@mantine/form';
import { ApiError } from '../api/problem';

/** Writes what the API found wrong to the fields of the same path. */
export function showAtFields<T>(form: UseFormReturnType<T>, error: Error): void {
  if (!(error instanceof ApiError)) return;
  form.setErrors(Object.fromEntries(error.problems.map(({ path, message }) => [path, message])));
}
