/**
 * A page is found by an index, but counting means reading what is counted: 100,000 deliveries take 20 to 60 ms, and the admin UI
 * asks every few seconds. So a list of what grows counts up to this many, which stands for that many or more. Nobody turns more
 * pages than that.
 */
export const MOST_COUNTED = 10_000;
