/** What a piece of an MQTT byte stream was split into. */
export interface Split {
  /** Whole packets that were asked for, header included. */
  readonly taken: readonly Buffer[];
  /** All other bytes in order, for whoever else reads the stream. */
  readonly passed: Buffer | undefined;
}

/** The longest fixed header: its type and four bytes of length. */
const longestHeader = 5;

/** Least and most bytes after the header by packet type, where the standard sets them (MQTT 3.1.1, chapter 3). */
const bounds: Readonly<Record<number, readonly [least: number, most: number]>> = {
  ...{ 1: [12, Number.POSITIVE_INFINITY], 3: [3, Number.POSITIVE_INFINITY] },
  ...{ 4: [2, 2], 5: [2, 2], 6: [2, 2], 7: [2, 2] },
  ...{ 8: [6, Number.POSITIVE_INFINITY], 10: [5, Number.POSITIVE_INFINITY], 12: [0, 0], 14: [0, 0] },
};

/** What whoever reads on would take for a packet, with parts that are not there. */
const isOfItsKind = (firstByte: number, length: number): boolean => {
  const [least, most] = bounds[firstByte >> 4] ?? [0, Number.POSITIVE_INFINITY];
  return least <= length && length <= most;
};

/** Length of the whole packet at `at`, undefined where its header is cut, NaN where its length is no length. */
const packetLength = (bytes: Uint8Array, at: number): number | undefined => {
  let length = 0;
  for (let i = 1; i < longestHeader; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return undefined;
    length += (byte & 127) * 128 ** (i - 1);
    if (byte < 128) return isOfItsKind(bytes[at] as number, length) ? 1 + i + length : Number.NaN;
  }
  return Number.NaN;
};

/**
 * Splits an MQTT byte stream into the packets that `wants` says (by their first byte) and the rest. A wanted packet is
 * held until it is whole; nothing else is. Source: MQTT 3.1.1, section 2.2.
 * @returns the split of each piece, or undefined at a packet of over `maxBytes` or of a length that its type cannot have,
 * before it is gathered.
 */
export const createPacketSplitter = (
  maxBytes: number,
  wants: (firstByte: number) => boolean,
): ((piece: Buffer) => Split | undefined) => {
  /** The begin of a packet that could not be judged yet, or is wanted and not whole. */
  let held: Buffer[] = [];
  let heldBytes = 0;
  /** Bytes of the packet in `held` that must be there before it can be split off. */
  let neededBytes = 0;
  /** Bytes to come of a packet that is passed on. */
  let passing = 0;

  const hold = (bytes: Buffer, needed: number): void => {
    held = [bytes];
    heldBytes = bytes.length;
    neededBytes = needed;
  };

  return (piece) => {
    let bytes = piece;
    if (heldBytes > 0) {
      held.push(piece);
      heldBytes += piece.length;
      if (heldBytes < neededBytes) return { taken: [], passed: undefined };
      bytes = Buffer.concat(held);
      held = [];
      heldBytes = 0;
    }
    const taken: Buffer[] = [];
    const passed: Buffer[] = [];
    let at = Math.min(passing, bytes.length);
    let passedFrom = 0;
    passing -= at;
    while (at < bytes.length) {
      const length = packetLength(bytes, at);
      if (length !== undefined && !(length <= maxBytes)) return undefined;
      const isWanted = wants(bytes[at] as number);
      const isWhole = length !== undefined && at + length <= bytes.length;
      if (length !== undefined && !isWanted) {
        passing = Math.max(0, at + length - bytes.length);
        at = Math.min(at + length, bytes.length);
        continue;
      }
      if (at > passedFrom) passed.push(bytes.subarray(passedFrom, at));
      if (isWhole) taken.push(bytes.subarray(at, at + length));
      else hold(bytes.subarray(at), length ?? 0);
      at = isWhole ? at + length : bytes.length;
      passedFrom = at;
    }
    if (at > passedFrom) passed.push(bytes.subarray(passedFrom, at));
    return { taken, passed: passed.length > 1 ? Buffer.concat(passed) : passed[0] };
  };
};
