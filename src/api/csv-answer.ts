/** Lists as tables: every row that matches, in an answer that is made while it is sent. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import { hasCode } from '../platform/error-code';
import { csvLine, type CsvCell } from '../platform/csv';

/** A list that can be had as a table. */
export interface CsvTable<R> {
  /** Name of the file that a browser saves it as, without its ending. */
  readonly name: string;
  readonly columns: readonly string[];
  /** All rows, batch by batch; whatever page the request names. */
  readonly rows: (request: R) => AsyncIterable<readonly Readonly<Record<string, CsvCell>>[]>;
}

/** Whether a request would rather have the table. */
export function prefersCsv(req: Request): boolean {
  return req.accepts(['application/json', 'text/csv']) === 'text/csv';
}

/**
 * Answers with a table. A batch is read once the one before has been sent, so a slow reader costs no memory. What fails on the way
 * breaks the connection off: half a table must not look like a whole one.
 */
export async function answerCsv<R>(res: Response, table: CsvTable<R>, request: R): Promise<void> {
  const batches = table.rows(request)[Symbol.asyncIterator]();
  const first = await batches.next(); // what is refused, is refused before anything is sent
  res.status(200).set({
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${table.name}.csv"`,
  });
  async function* text(): AsyncGenerator<string> {
    yield csvLine(table.columns);
    for (let batch = first; batch.done !== true; batch = await batches.next())
      yield batch.value.map((row) => csvLine(table.columns.map((column) => row[column] ?? null))).join('');
  }
  try {
    await pipeline(Readable.from(text()), res);
  } catch (error) {
    if (!hasCode(error, 'ERR_STREAM_PREMATURE_CLOSE')) throw error; // the reader has gone
  }
}
