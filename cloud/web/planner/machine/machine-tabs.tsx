import './machine-tabs.css';
import { Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../../parts/language.tsx';
import { type MachineTab, machineTabs } from './machine-search.ts';

/** What is known of a machine beside its time line, by subject; the arrow keys go from one to the next. */
export const MachineTabs = ({
  tab,
  onChoose,
  contents,
}: {
  tab: MachineTab;
  onChoose: (tab: MachineTab) => void;
  contents: { readonly [T in MachineTab]: () => ReactNode };
}) => {
  const words = useWords();
  return (
    <Tabs
      className="machine-tabs"
      value={tab}
      keepMounted={false}
      onChange={(value) => onChoose(machineTabs.find((one) => one === value) ?? tab)}
    >
      <Tabs.List aria-label={words.t('machineTab.all')}>
        {machineTabs.map((one) => (
          <Tabs.Tab value={one} key={one}>
            {words.t(`machineTab.${one}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={tab}>{contents[tab]()}</Tabs.Panel>
    </Tabs>
  );
};
