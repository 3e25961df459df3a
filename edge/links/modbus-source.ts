import type { ModbusProfile } from '../core/profile.ts';
import type { DeviceSpec, ScannedDevice } from '../ports.ts';
import { type ModbusBus, ModbusDevice } from './modbus-device.ts';
import { ModbusWriter } from './modbus-writer.ts';

/** Scans, and writes where that is allowed, Modbus devices over whatever line the master of the bus holds. */
export const modbusSource = (bus: ModbusBus) => ({
  device(spec: DeviceSpec<ModbusProfile>): ScannedDevice {
    const device = new ModbusDevice(spec, bus);
    const writer = new ModbusWriter(spec, bus);
    return { scan: () => device.scan(), write: (point, value) => writer.write(point, value) };
  },
  close: () => bus.master.close(),
});
