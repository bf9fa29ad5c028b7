/** Forms that hold edits which nothing has saved: nobody leaves them unasked. */
import type { UseFormReturnType } from '@mantine/form';

/** Whether a form holds edits, at the moment of the call. */
export type HasEdits = () => boolean;

/** The forms of a part of the page, such as a dialog. */
export type Forms = Set<HasEdits>;

const all: Forms = new Set();

/** Whether any of the forms holds edits; without forms, any of the page. */
export function holdsEdits(forms: Forms = all): boolean {
  return [...forms].some((hasEdits) => hasEdits());
}

/** Takes a form under guard, in the whole page and in its part of it. Answers with what ends that. */
export function guard(hasEdits: HasEdits, part: Forms | undefined): () => void {
  all.add(hasEdits);
  part?.add(hasEdits);
  return () => {
    all.delete(hasEdits);
    part?.delete(hasEdits);
  };
}

/** Somebody gives the edits of forms up; without forms, all of the page. Who asks while they are still there is told of none. */
export function giveUpEdits(forms: Forms = all): void {
  for (const hasEdits of forms) all.delete(hasEdits);
}

/** Whether a form holds something else than what it began with, or was saved with. */
export function isEdited<T>({
  getValues,
  getInitialValues,
}: Pick<UseFormReturnType<T>, 'getValues' | 'getInitialValues'>): boolean {
  return JSON.stringify(getValues()) !== JSON.stringify(getInitialValues());
}
