import './health-badge.css';
import type { HealthGrade } from '@kuluma/shared/model/forecast.ts';
import { IconAlertOctagon, IconAlertTriangle, IconCircleCheck, IconCircleDashed, IconEye } from '@tabler/icons-react';
import { useWords } from './language.tsx';

const icons = {
  good: IconCircleCheck,
  watch: IconEye,
  act: IconAlertTriangle,
  critical: IconAlertOctagon,
  unknown: IconCircleDashed,
} as const satisfies Record<HealthGrade, unknown>;

/**
 * A health grade as icon, word and colour; never colour alone.
 * @param isNotAsUsual no forecast gave it, but the machine is no longer as it was
 */
export const HealthBadge = ({ grade, isNotAsUsual = false }: { grade: HealthGrade; isNotAsUsual?: boolean }) => {
  const words = useWords();
  const Icon = icons[grade];
  return (
    <span className={`health ${grade}`}>
      <Icon size={16} aria-hidden="true" />
      {words.t(isNotAsUsual ? 'grade.notAsUsual' : `grade.${grade}`)}
    </span>
  );
};
