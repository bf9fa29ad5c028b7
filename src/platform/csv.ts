/** Tables as CSV (RFC 4180). */

/** What a cell may hold; null: nothing. */
export type CsvCell = string | number | boolean | null;

/** What makes a spreadsheet take a text for a formula, in full width too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u;
/** What would end the cell: for a program that separates by semicolons, too. */
const ENDS_A_CELL = /[",;\t\r\n]/u;

/** A line with its end. A text that a spreadsheet would run as a formula begins with an apostrophe, which makes it a text there. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(cell: CsvCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return ENDS_A_CELL.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
