import { startParts } from '@kuluma/shared/node/lifecycle.ts';
import { createLogger } from '@kuluma/shared/node/logger.ts';
import { type CloudConfig, loadCloudConfig } from '../config.ts';
import type { PurposeId } from '../core/privacy/purposes.ts';
import { type PurposedRecords, recordsFor } from '../pipelines/records-for.ts';
import { openRecords } from '../service.ts';

/**
 * Opens the records of a configuration for one piece of work, and for what that is done.
 * @param file without one the defaults and the environment
 */
export const withRecords = async (
  file: string | undefined,
  purpose: PurposeId,
  work: (records: PurposedRecords, config: CloudConfig) => Promise<void>,
): Promise<void> => {
  const config = loadCloudConfig({ ...(file ? { file } : {}), env: process.env });
  const log = createLogger('kuluma', 'warn');
  const records = openRecords(config, log);
  const running = await startParts([records], log);
  try {
    await work(recordsFor(purpose, records), config);
  } finally {
    await running.stop();
  }
};
