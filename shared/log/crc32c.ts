const polynomial = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc;
});

/**
 * CRC-32C (Castagnoli, reflected) of `bytes` as an unsigned 32-bit number. Pass the CRC of what stands before as
 * `previous` to continue it. Source: RFC 3720 (iSCSI), section 12.1 and appendix B.4 for the test vectors.
 */
export const crc32c = (bytes: Uint8Array, previous = 0): number => {
  let crc = ~previous;
  // Indexed: an iterator is many times slower, and every byte of the path goes through here.
  for (let i = 0; i < bytes.length; i++) crc = (table[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  return ~crc >>> 0;
};
