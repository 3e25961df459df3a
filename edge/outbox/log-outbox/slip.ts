/** What the outbox itself has to know of a record without unpacking it; it stands before the record in the log. */
export interface Slip {
  /** Its times are those of a clock that was not trusted. */
  readonly isProvisional: boolean;
  /** Samples in it, or values of a waveform. */
  readonly samples: number;
  /** Times of the oldest and newest sample. */
  readonly fromMs: number;
  readonly toMs: number;
  /** null where the record refers to no table. */
  readonly tableId: string | null;
}

/** Flags (1: provisional, 2: table), uint32 samples, float64 from, float64 to, 8 bytes of table; little-endian. */
export const slipBytes = 1 + 4 + 8 + 8 + 8;

export const withSlip = (slip: Slip, record: Uint8Array): Uint8Array => {
  const bytes = Buffer.alloc(slipBytes + record.length);
  bytes.writeUInt8((slip.isProvisional ? 1 : 0) + (slip.tableId === null ? 0 : 2));
  bytes.writeUInt32LE(slip.samples, 1);
  bytes.writeDoubleLE(slip.fromMs, 5);
  bytes.writeDoubleLE(slip.toMs, 13);
  if (slip.tableId !== null) bytes.write(slip.tableId, 21, 'hex');
  bytes.set(record, slipBytes);
  return bytes;
};

/** @param payload checked by its frame, so it is what `withSlip` gave */
export const slipOf = (payload: Uint8Array): Slip => {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, slipBytes);
  const flags = bytes.readUInt8();
  return {
    isProvisional: (flags & 1) > 0,
    samples: bytes.readUInt32LE(1),
    fromMs: bytes.readDoubleLE(5),
    toMs: bytes.readDoubleLE(13),
    tableId: (flags & 2) > 0 ? bytes.toString('hex', 21, slipBytes) : null,
  };
};
