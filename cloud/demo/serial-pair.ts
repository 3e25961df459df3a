import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '@kuluma/shared/errors.ts';
import { startProgram } from './children.ts';
import type { SerialPair } from './plant.ts';

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const findProgram = async (name: string): Promise<string | undefined> => {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (await exists(path)) return path;
  }
  return undefined;
};

/** A serial line with two ends, from socat; undefined where socat is not installed: the line then runs over TCP. */
export const openSerialPair = async (
  name: string,
  dir: string,
): Promise<{ paths: SerialPair; stop: () => Promise<unknown> } | undefined> => {
  const socat = await findProgram('socat');
  if (!socat) return undefined;
  const paths = { simulatorPath: join(dir, `${name}-simulator`), edgePath: join(dir, `${name}-edge`) };
  const end = (path: string) => `pty,raw,echo=0,link=${path}`;
  const child = startProgram(`socat-${name}`, socat, [end(paths.simulatorPath), end(paths.edgePath)], dir);
  for (let tries = 0; tries < 100; tries++) {
    if ((await exists(paths.simulatorPath)) && (await exists(paths.edgePath)))
      return { paths, stop: () => child.stop() };
    await sleep(50);
  }
  await child.stop();
  throw new AppError('LINK_DOWN', `socat made no serial line ${name} within 5 s`, { hint: `its log is ${dir}` });
};
