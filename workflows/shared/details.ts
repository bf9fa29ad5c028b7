/** What a workflow says of itself to the reader of the Temporal Web UI: held in memory only, so it costs no event and no call. */
import { setCurrentDetails } from '@temporalio/workflow';

/** A moment of the workflow's own clock, as people read it. */
export function inWords(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Says what is so from now on, and what comes next. */
export function saySince(what: string, next: string): void {
  setCurrentDetails(`Since ${inWords(Date.now())}: ${what}. ${next}`);
}

/** Says how it has ended just now. */
export function sayEnded(how: string): void {
  setCurrentDetails(`Ended at ${inWords(Date.now())}: ${how}.`);
}

/** The moment that comes after so long. */
export function after(ms: number): string {
  return inWords(Date.now() + ms);
}
