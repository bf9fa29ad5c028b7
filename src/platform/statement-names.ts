/** Names of prepared statements: a text that has one is parsed and planned once on each connection, not each time. */

/** Statements named in a process. The service has about two hundred; each costs every connection some 50 KB in PostgreSQL. */
const MOST_NAMED = 500;
/** A text with more parameters than this holds a list, and there is another text for every length of it. */
const MOST_PARAMETERS = 40;
/** Whole rows of a table: such a statement breaks on every connection that has prepared it once a migration adds a column. */
const WHOLE_ROWS = /\* FROM "|\.\*/;

/** Gives a text its name, or an empty string where it is to be prepared each time. */
export type NameStatement = (text: string, parameters: number) => string;

/** The names of one pool. Texts past the bound have none: they work, and cost what they did without names. */
export function createStatementNames(most = MOST_NAMED): NameStatement {
  const names = new Map<string, string>();
  return (text, parameters) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= most || parameters > MOST_PARAMETERS || WHOLE_ROWS.test(text)) return '';
    const name = `cpm${names.size}`;
    names.set(text, name);
    return name;
  };
}
