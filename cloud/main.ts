import { createCommand, runCommand } from '@kuluma/shared/node/command.ts';
import { adminCommand } from './commands/admin.ts';
import { auditCommand } from './commands/audit.ts';
import { backupCommand, restoreCommand } from './commands/backup.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { forecastCommand } from './commands/forecast.ts';
import { gatewayCommand } from './commands/gateway.ts';
import { importCommand } from './commands/import.ts';
import { privacyCommand } from './commands/privacy.ts';
import { scheduleCommand } from './commands/schedule.ts';
import { serveCommand } from './commands/serve.ts';
import { syncCommand } from './commands/sync.ts';

/** `kuluma`. */
export const main = (args: string[]): Promise<void> =>
  runCommand(
    createCommand('kuluma', 'Predictive maintenance from the sensor to the service visit')
      .addCommand(demoCommand())
      .addCommand(serveCommand())
      .addCommand(doctorCommand())
      .addCommand(adminCommand())
      .addCommand(auditCommand())
      .addCommand(privacyCommand())
      .addCommand(gatewayCommand())
      .addCommand(backupCommand())
      .addCommand(restoreCommand())
      .addCommand(importCommand())
      .addCommand(syncCommand())
      .addCommand(exportCommand())
      .addCommand(forecastCommand())
      .addCommand(scheduleCommand()),
    args,
  );
