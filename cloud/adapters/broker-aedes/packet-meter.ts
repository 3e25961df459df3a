/**
 * Follows the packets of an MQTT byte stream by their lengths; the returned function answers false as soon as one is
 * announced above `maxBytes`, before its body is buffered. Source: MQTT 3.1.1, section 2.2.3, remaining length.
 */
export const createPacketMeter = (maxBytes: number): ((chunk: Uint8Array) => boolean) => {
  let bodyLeft = 0;
  let inLength = false;
  let length = 0;
  let factor = 1;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (bodyLeft > 0) {
        const step = Math.min(bodyLeft, chunk.length - at);
        bodyLeft -= step;
        at += step;
        continue;
      }
      const byte = chunk[at++] as number;
      if (!inLength) {
        [inLength, length, factor] = [true, 0, 1];
        continue;
      }
      length += (byte & 127) * factor;
      factor *= 128;
      if (length > maxBytes) return false;
      if (byte < 128) {
        inLength = false;
        bodyLeft = length;
      }
    }
    return true;
  };
};
