import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBVector,
  INTEGER,
  UTINYINT,
} from '@duckdb/node-api';

/** Rows of a data chunk: as many as DuckDB's own vectors have. */
const chunkRows = 2048;
/**
 * Of series, time, value, quality and sequence. Times and sequence numbers go in as doubles, which hold them exactly, and
 * DuckDB turns them into its BIGINT: a quarter less work than making a BigInt of each.
 */
const columnTypes = [INTEGER, DOUBLE, DOUBLE, UTINYINT, DOUBLE];

/** Appends rows to the table `samples`, a chunk at a time. */
export class SampleAppender {
  readonly #appender: DuckDBAppender;
  readonly #chunk = DuckDBDataChunk.create(columnTypes, chunkRows);
  #columns: readonly DuckDBVector[] = [];
  #row = chunkRows;

  constructor(appender: DuckDBAppender) {
    this.#appender = appender;
  }

  add(series: number, atMs: number, value: number, quality: number, sequence: number): void {
    if (this.#row === chunkRows) this.#flush();
    const [seriesColumn, atColumn, valueColumn, qualityColumn, sequenceColumn] = this.#columns;
    const row = this.#row++;
    seriesColumn?.setItem(row, series);
    atColumn?.setItem(row, atMs);
    valueColumn?.setItem(row, value);
    qualityColumn?.setItem(row, quality);
    sequenceColumn?.setItem(row, sequence);
  }

  /** Hands over the rows and begins a new chunk. */
  #flush(): void {
    for (const column of this.#columns) column.flush();
    if (this.#columns.length > 0) {
      this.#chunk.rowCount = this.#row;
      this.#appender.appendDataChunk(this.#chunk);
    }
    this.#chunk.reset();
    this.#chunk.rowCount = chunkRows;
    this.#columns = columnTypes.map((_, i) => this.#chunk.getColumnVector(i));
    this.#row = 0;
  }

  close(): void {
    this.#flush();
    this.#appender.closeSync();
  }
}

export const appendSamples = async (connection: DuckDBConnection): Promise<SampleAppender> =>
  new SampleAppender(await connection.createAppender('samples'));
