import type { MachineServiceView } from '@kuluma/shared/model/views/machine-service.ts';
import { useWords } from '../../parts/language.tsx';

/** What the repairs of the machine's components take, with what lies of it in vans and depots. */
export const MachineParts = ({ parts }: { parts: MachineServiceView['parts'] }) => {
  const words = useWords();
  return parts.map(({ componentCode, componentName, needs, installedBatch }) => (
    <section className="machine-list" key={componentCode} aria-label={words.own(componentName)}>
      <h2>{words.own(componentName)}</h2>
      {installedBatch !== null && (
        <p className="small soft">{words.t('machineParts.batch', { batch: installedBatch })}</p>
      )}
      {needs.length === 0 ? (
        <p className="soft">{words.t('part.none')}</p>
      ) : (
        <table className="machine-table">
          <thead>
            <tr>
              <th scope="col">{words.t('machineParts.part')}</th>
              {(['quantity', 'use', 'vans', 'depots', 'lead'] as const).map((column) => (
                <th scope="col" className="number" key={column}>
                  {words.t(`machineParts.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {needs.map((need) => (
              <tr key={need.partId}>
                <th scope="row">
                  {words.own(need.name)} <span className="small soft">{need.number}</span>
                </th>
                <td className="number" data-label={words.t('machineParts.quantity')}>
                  {words.number(need.quantity)}
                </td>
                <td className="number" data-label={words.t('machineParts.use')}>
                  {words.percent(need.useProbability)}
                </td>
                <td className="number" data-label={words.t('machineParts.vans')}>
                  {words.number(need.inVans)}
                </td>
                <td className="number" data-label={words.t('machineParts.depots')}>
                  {words.number(need.inDepots)}
                </td>
                <td className="number" data-label={words.t('machineParts.lead')}>
                  {words.t('chart.days', { days: words.number(need.supplierLeadTimeDays) })}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  ));
};
