/** The page that somebody wanted to see, while they log in with an identity provider. */

const KEY = 'cpm-return-page';

/** @param page path and query within the admin UI */
export function rememberPage(page: string): void {
  window.sessionStorage.setItem(KEY, page);
}

/** The page that was remembered last, once. */
export function takePage(): string {
  const page = window.sessionStorage.getItem(KEY) ?? '/';
  window.sessionStorage.removeItem(KEY);
  return page;
}
