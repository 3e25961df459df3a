import { connect } from 'node:net';
import { createPacketSplitter } from '../../cloud/adapters/broker-aedes/packet-splitter.ts';
import { connectPacket, subscribePacket } from './mqtt-agents.ts';

/** What it tells: messages so far. */
export type Received = number;

/** Takes all that is published below a topic filter at QoS 1, acknowledges it and tells how much: `node mqtt-consumer-process.ts PORT FILTER`. */
const [port, filter = ''] = process.argv.slice(2);
const tellEveryMs = 10;

const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
const split = createPacketSplitter(1024 * 1024, () => true);
let received: Received = 0;

const ackOf = (packet: Buffer): number[] => {
  let at = 1;
  while ((packet[at] as number) > 127) at++;
  const idAt = at + 3 + packet.readUInt16BE(at + 1);
  return [0x40, 2, packet[idAt] as number, packet[idAt + 1] as number];
};

socket.write(connectPacket({ clientId: 'consumer', username: 'consumer', password: 'consumer' }));
socket.write(subscribePacket(filter));
socket.on('data', (bytes) => {
  const packets = split(bytes)?.taken ?? [];
  const publishes = packets.filter((packet) => (packet[0] as number) >> 4 === 3);
  received += publishes.length;
  if (publishes.length > 0) socket.write(Buffer.from(publishes.flatMap(ackOf)));
  if (packets.some((packet) => packet[0] === 0x90)) process.send?.(received);
});
setInterval(() => process.send?.(received), tellEveryMs);
