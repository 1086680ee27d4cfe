/** The rows of a sweep in the order of its cells, read from where its records lie. */
import type { Row } from "./cell.ts";
import type { Ledger } from "./ledger.ts";
import { RecordReader } from "./record-file.ts";
import { tableRows } from "./table.ts";

/** Cells without a record have no rows. */
export function* rowsInOrder(out: string, ledger: Ledger): Generator<Row> {
  const reader = new RecordReader(out);
  try {
    for (let index = 0; index < ledger.cells; index++) {
      const place = ledger.placeOf(index);
      if (place !== undefined) yield* tableRows(reader.read(place));
    }
  } finally {
    reader.close();
  }
}
