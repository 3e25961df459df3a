import { AppError } from '@kuluma/shared/errors.ts';
import { SerialPort } from 'serialport';

/** An open serial port or pty. @throws LINK_DOWN when it cannot be opened. */
export const openSerial = (path: string, baudRate: number): Promise<SerialPort> =>
  new Promise((resolve, reject) => {
    const port = new SerialPort({ path, baudRate, autoOpen: false });
    port.open((cause) => {
      if (cause) reject(new AppError('LINK_DOWN', `cannot open serial port ${path}`, { cause }));
      else resolve(port);
    });
  });

/** Resolves when the port is closed, whether it was open or not. */
export const closeSerial = (port: SerialPort): Promise<void> =>
  new Promise((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve()));
