import type { Writable } from 'node:stream';
import type { Machine } from '../machines/machine.ts';
import type { MachineDevice } from '../machines/machine-unit.ts';
import { createMbapFraming, createRtuFraming } from './framing.ts';
import { startLines } from './line-device.ts';
import type { OpenLink } from './link.ts';
import type { LinkConfig } from './link-config.ts';
import { type SlaveOptions, serveStream } from './modbus-slave.ts';
import type { ModbusUnit } from './modbus-unit.ts';
import { closeSerial, openSerial } from './serial-path.ts';
import { listenTcp } from './tcp-listener.ts';
import { startWaveforms } from './waveform-device.ts';

type TalkingLinkConfig = Extract<LinkConfig, { kind: 'serial-line' | 'waveform' }>;
type ModbusLinkConfig = Exclude<LinkConfig, TalkingLinkConfig>;

/** Kinds of links on which one machine sends by itself. */
export const isTalking = (config: LinkConfig): config is TalkingLinkConfig =>
  config.kind === 'serial-line' || config.kind === 'waveform';

/** Whether a link is cut now, and whether it ever can be. */
export interface LinkFaults {
  readonly isDropped: () => boolean;
  readonly canDrop: boolean;
}

/** 8 data bits, parity, start and stop bit. */
const bitsPerCharacter = 11;

const replyDelay = (config: ModbusLinkConfig): SlaveOptions['replyDelayMs'] => {
  if (config.kind === 'modbus-tcp' || !config.paced) return () => config.replyDelayMs;
  return (frameBytes) => config.replyDelayMs + (frameBytes * bitsPerCharacter * 1000) / config.baudRate;
};

/** Opens a Modbus link with the units that answer on it. @throws LINK_DOWN */
export const openModbusLink = async (
  config: ModbusLinkConfig,
  units: ReadonlyMap<number, ModbusUnit>,
  faults: LinkFaults,
): Promise<OpenLink> => {
  const options = { units, isDropped: faults.isDropped, replyDelayMs: replyDelay(config) };
  if (config.kind === 'modbus-rtu') {
    const port = await openSerial(config.path, config.baudRate);
    serveStream(port, createRtuFraming(), options);
    return { ready: { name: config.name, path: config.path }, close: () => closeSerial(port) };
  }
  const framing = config.kind === 'modbus-tcp' ? createMbapFraming : createRtuFraming;
  return listenTcp({ ...config, ...faults }, (socket) => serveStream(socket, framing(), options));
};

/** Starts what a machine sends by itself; returns what stops it. */
const startTalking = (
  config: TalkingLinkConfig,
  { device, machine }: { device: MachineDevice; machine: Machine },
  to: { isDropped: () => boolean; listeners: () => Iterable<Writable> },
): (() => void) =>
  config.kind === 'waveform'
    ? startWaveforms(device, machine, { ...config, ...to })
    : startLines(device, machine.spec.type.points, { intervalMs: config.intervalMs, ...to });

/** Opens the link of a machine that sends by itself. @throws LINK_DOWN */
export const openTalkingLink = async (
  config: TalkingLinkConfig,
  talker: { device: MachineDevice; machine: Machine },
  faults: LinkFaults,
): Promise<OpenLink> => {
  const listeners = new Set<Writable>();
  const to = { isDropped: faults.isDropped, listeners: () => listeners };
  if ('path' in config) {
    const port = await openSerial(config.path, config.baudRate);
    listeners.add(port);
    const stop = startTalking(config, talker, to);
    const close = () => {
      stop();
      return closeSerial(port);
    };
    return { ready: { name: config.name, path: config.path }, close };
  }
  const link = await listenTcp({ ...config, ...faults }, (socket) => {
    listeners.add(socket);
    socket.on('close', () => listeners.delete(socket));
    socket.resume();
  });
  const stop = startTalking(config, talker, to);
  const close = () => {
    stop();
    return link.close();
  };
  return { ready: link.ready, close };
};
