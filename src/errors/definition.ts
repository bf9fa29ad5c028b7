/** What is known of a code. */
export interface ErrorDefinition {
  /** The HTTP status that it comes with. */
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 429 | 500 | 503;
  /** The `detail` of the problem; `{name}` stands for a parameter. */
  readonly detail: string;
  /** What the caller can do. */
  readonly remedy: string;
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
}
