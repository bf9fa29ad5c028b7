/** The tools' side of the REST API. */

/** An answer that is no success. */
export class ApiError extends Error {
  constructor(
    call: string,
    readonly status: number,
    text: string,
  ) {
    super(`${call} was answered ${status}: ${text}`);
  }
}

/** Calls the API and fails with its own words. */
export class ApiClient {
  constructor(
    readonly baseUrl: string,
    private readonly apiKey: string,
  ) {}

  /** @throws ApiError with the status and the problem's text, for anything but a success. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.baseUrl + path, {
      method,
      headers: {
        'x-api-key': this.apiKey,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new ApiError(`${method} ${path}`, answer.status, text);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** All entries of a list. @param path may have a query */
  async all<T>(path: string): Promise<T[]> {
    const entries: T[] = [];
    const next = `${path}${path.includes('?') ? '&' : '?'}limit=100`;
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: { items: T[]; nextCursor: string | null } = await this.call(
        'GET',
        cursor === undefined ? next : `${next}&cursor=${encodeURIComponent(cursor)}`,
      );
      entries.push(...page.items);
      cursor = page.nextCursor;
    }
    return entries;
  }
}
