import { columnsOf, type Sample } from '@kuluma/shared/model/sample.ts';
import { encodeLetter, type Letter, tableIdOf } from '@kuluma/shared/wire/letter.ts';
import { encodeRecord, type RecordKey } from '@kuluma/shared/wire/record.ts';

/** A letter of samples as a gateway sends it the first time: its point table goes along unless said otherwise. */
export const letterOf = (
  key: RecordKey,
  samples: readonly Sample[],
  { restampMs = null, withTable = true }: { restampMs?: Letter['restampMs']; withTable?: boolean } = {},
): Buffer<ArrayBuffer> => {
  const { pointIds, ...columns } = columnsOf(samples);
  const tableId = tableIdOf(pointIds);
  const record = encodeRecord({ key, kind: 'samples', samples: { ...columns, tableId } });
  return Buffer.from(encodeLetter({ record, tables: withTable ? [{ tableId, pointIds }] : [], restampMs }));
};
