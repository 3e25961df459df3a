import type { ModbusProfile } from '../core/profile.ts';
import type { DeviceSpec, ScannedDevice } from '../ports.ts';
import { type ModbusBus, ModbusDevice } from './modbus-device.ts';

/** Scans Modbus devices over whatever line the master of the bus holds. */
export const modbusSource = (bus: ModbusBus) => ({
  device: (spec: DeviceSpec<ModbusProfile>): ScannedDevice => new ModbusDevice(spec, bus),
  close: () => bus.master.close(),
});
