import type { SourceDefinition } from '../ports.ts';

/** Every protocol that the agent speaks; the code of one is loaded when a configuration names it. */
export const sources: Readonly<Record<string, () => Promise<SourceDefinition>>> = {
  'modbus-tcp': async () => (await import('./modbus-tcp.ts')).source,
  'modbus-rtu': async () => (await import('./modbus-rtu.ts')).source,
  'modbus-rtu-over-tcp': async () => (await import('./modbus-rtu-over-tcp.ts')).source,
  'modbus-udp': async () => (await import('./modbus-udp.ts')).source,
  'serial-line': async () => (await import('./serial-line.ts')).source,
  waveform: async () => (await import('./waveform.ts')).source,
};
