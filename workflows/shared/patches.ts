/** Changes of the workflows that running ones must not notice: `patched(ID)` is false for a run that began before. */

/** Activities that process opt-ins and resyncs have plain names (version 0.2). */
export const PLAIN_NAMES = 'plain-activity-names';
