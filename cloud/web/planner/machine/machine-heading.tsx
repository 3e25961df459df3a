import type { MachineView } from '@kuluma/shared/model/views/machine.ts';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { HealthBadge } from '../../parts/health-badge.tsx';
import { useWords } from '../../parts/language.tsx';

/** Which machine it is, how it is, and the way to its decision. */
export const MachineHeading = ({
  machine: { machine, healthGrade, isNotAsUsual, openRecommendationId },
}: {
  machine: MachineView;
}) => {
  const words = useWords();
  return (
    <>
      <p className="machine-back">
        <Link to="/fleet">
          <IconArrowLeft size={16} aria-hidden="true" />
          {words.t('place.fleet')}
        </Link>
      </p>
      <div className="machine-head">
        <h1>
          {machine.tag} <span className="soft">{words.own(machine.modelName)}</span>
        </h1>
        <HealthBadge grade={healthGrade} isNotAsUsual={isNotAsUsual} />
        {openRecommendationId && (
          <Link
            className="button primary"
            to="/decisions/$recommendationId"
            params={{ recommendationId: openRecommendationId }}
          >
            {words.t('machine.decide')}
          </Link>
        )}
      </div>
      <p className="soft">
        {words.t('machine.facts', {
          serial: machine.serialNumber,
          owner: machine.owner?.name ?? '–',
          site: machine.site?.name ?? '–',
        })}{' '}
        <a href={`/label/${machine.machineId}`} target="_blank" rel="noreferrer">
          {words.t('machine.label')}
        </a>
      </p>
    </>
  );
};
