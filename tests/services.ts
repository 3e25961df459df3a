import { existsSync } from 'node:fs';

/** Where a program that a suite needs is found, and what installs it. */
const programs = {
  chromium: ['/usr/bin/chromium'],
  dpkg: ['/usr/bin/dpkg-deb'],
  influxd: ['/usr/bin/influxd'],
  mosquitto: ['/usr/sbin/mosquitto', '/usr/bin/mosquitto'],
  postgresql: [
    '/usr/lib/postgresql/15/bin/initdb',
    '/usr/lib/postgresql/16/bin/initdb',
    '/usr/lib/postgresql/17/bin/initdb',
  ],
  prlimit: ['/usr/bin/prlimit'],
  pymodbus: ['/usr/lib/python3/dist-packages/pymodbus/__init__.py'],
  socat: ['/usr/bin/socat'],
  systemd: ['/usr/bin/systemd-analyze'],
  tshark: ['/usr/bin/tshark'],
} as const;
export type Service = keyof typeof programs;

const required = process.env['KULUMA_SERVICES'] === 'required';

/** The path of a program under test, or undefined where it is not installed. */
export const serviceAt = (service: Service): string | undefined => programs[service].find((path) => existsSync(path));

/**
 * `{ skip, title }` for a suite that needs a real program: absent, it is skipped by name with the remedy in its title,
 * or fails where KULUMA_SERVICES=required.
 */
export const needs = (service: Service, title: string): { skip: boolean; title: string } => {
  const present = serviceAt(service) !== undefined;
  if (!present && required)
    throw new Error(`${service} is required (KULUMA_SERVICES=required) but not installed: run "npm run services"`);
  return present
    ? { skip: false, title }
    : { skip: true, title: `${title} [skipped: ${service} is not installed; run "npm run services"]` };
};
