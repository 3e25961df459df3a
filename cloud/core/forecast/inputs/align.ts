import { AppError } from '@kuluma/shared/errors.ts';
import type { FleetHistory } from '../../history/fleet-history.ts';
import { horizonsOf } from '../../history/fleet-history.ts';
import type { ForecastModel } from '../model.ts';

/**
 * The history with its columns in the order of the model, ready to forecast.
 * @throws AppError INPUT_INVALID naming every point, component and horizon that does not fit the model.
 */
export const alignHistory = (model: ForecastModel, history: FleetHistory): FleetHistory => {
  const faults: { path: string; message: string }[] = [];
  const positions = model.points.map(({ name }) => {
    const at = history.points.indexOf(name);
    if (at < 0) faults.push({ path: `fleet.json/points/${name}`, message: 'the model needs this point' });
    return at;
  });
  if (history.meta.timeUnit !== model.timeUnit)
    faults.push({
      path: 'fleet.json/timeUnit',
      message: `is ${history.meta.timeUnit}, the model was trained on ${model.timeUnit}`,
    });
  history.meta.targets.forEach((target, i) => {
    const trained = model.targets.find(({ component }) => component === target.component);
    if (!trained)
      faults.push({ path: `fleet.json/targets/${i}/component`, message: `${target.component} was not trained` });
    else
      for (const horizon of horizonsOf(target, history.meta.timeUnit))
        if (!trained.horizons.some((one) => one.horizon === horizon))
          faults.push({ path: `fleet.json/targets/${i}/horizons`, message: `the horizon ${horizon} was not trained` });
  });
  if (faults.length > 0) throw new AppError('INPUT_INVALID', 'the fleet history does not fit the model', { faults });
  return {
    ...history,
    points: model.points.map(({ name }) => name),
    machines: history.machines.map((machine) => ({
      ...machine,
      columns: positions.map((at) => machine.columns[at] as Float64Array),
    })),
  };
};
