import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import type { FleetRow } from '@kuluma/shared/model/views/machine.ts';

/** How many machines stand in each grade, and in all. */
export const healthGradeCounts = (rows: readonly Pick<FleetRow, 'healthGrade'>[]) => {
  const count = (grade: HealthGrade) => rows.filter((row) => row.healthGrade === grade).length;
  return {
    all: rows.length,
    critical: count('critical'),
    act: count('act'),
    watch: count('watch'),
    good: count('good'),
    unknown: count('unknown'),
  };
};
