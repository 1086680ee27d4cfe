/** Tables as Parquet, some thousand rows at a time. */
import { fileWriter, type ParquetWriter as Writer } from "hyparquet-writer";
import { ParquetWriter } from "hyparquet-writer";
import type { Value } from "./cell.ts";
import type { Column, ColumnType, Sink } from "./table.ts";

/** Rows of a row group. */
const groupSize = 4096;

const physical: Readonly<Record<ColumnType, { type: "INT32" | "DOUBLE" | "BOOLEAN" | "BYTE_ARRAY"; converted_type?: "UTF8"; logical_type?: { type: "STRING" } }>> = {
  integer: { type: "INT32" }, number: { type: "DOUBLE" }, truth: { type: "BOOLEAN" }, text: { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
};

/** Every column may be without a value. */
export function parquetSink(path: string, columns: readonly Column[]): Sink {
  const file: Writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [{ name: "root", num_children: columns.length }, ...columns.map(({ name, type }) => ({ name, repetition_type: "OPTIONAL" as const, ...physical[type] }))],
    createdBy: "lemmagrad",
  });
  let data: Value[][] = columns.map(() => []);
  const flush = (): void => {
    if (data[0] === undefined || data[0].length === 0) return;
    void file.write({ columnData: columns.map(({ name }, i) => ({ name, data: data[i] })), rowGroupSize: groupSize });
    data = columns.map(() => []);
  };
  return {
    row(values) {
      values.forEach((value, i) => data[i].push(value));
      if (data[0].length === groupSize) flush();
    },
    end() {
      flush();
      void file.finish();
    },
    abandon() { /* each piece is written and closed at once */ },
  };
}
