import { type Logger, pino } from 'pino';

export type { Logger };

/** JSON lines on stderr (stdout is for results); pretty only on a terminal; secrets never leave the process. */
export const createLogger = (name: string, level = process.env['KULUMA_LOG_LEVEL'] ?? 'info'): Logger => {
  const options = {
    name,
    level,
    redact: {
      paths: ['token', 'password', 'cookie', '*.token', '*.password', '*.cookie', '*.authorization'],
      censor: '[redacted]',
    },
  };
  return process.stderr.isTTY
    ? pino({ ...options, transport: { target: 'pino-pretty', options: { destination: 2 } } })
    : pino(options, pino.destination(2));
};
