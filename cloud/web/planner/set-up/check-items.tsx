import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useWords } from '../../parts/language.tsx';
import { type FieldFault, newCheckItem } from './draft.ts';
import { LineList } from './line-list.tsx';
import { NamesControl } from './names-control.tsx';
import { NumberField } from './number-field.tsx';

const kinds = ['yesNo', 'value', 'text'] as const;

/** The questions of a checklist, in the order in which they are asked at the machine. */
export const CheckItems = ({
  legend,
  value,
  fault,
  onChange,
}: {
  legend: string;
  value: readonly (typeof newCheckItem)[];
  fault: FieldFault | undefined;
  onChange: (value: (typeof newCheckItem)[]) => void;
}) => {
  const words = useWords();
  return (
    <LineList
      legend={legend}
      value={value}
      onChange={onChange}
      fault={fault}
      most={60}
      addLabel={words.t('setUp.check.add')}
      removeLabel={(_, at) => words.t('setUp.check.remove', { number: at + 1 })}
      empty={newCheckItem}
    >
      {(item, change, at) => (
        <div className="set-up-check">
          <NamesControl
            legend={words.t('setUp.check.item', { number: at + 1 })}
            fault={undefined}
            value={item.label}
            onChange={(label) => change({ ...item, label })}
          />
          <div className="set-up-pair">
            <NativeSelect
              label={words.t('setUp.check.kind')}
              value={item.kind}
              data={kinds.map((kind) => ({ value: kind, label: words.t(`setUp.check.kind.${kind}`) }))}
              // Limits and a unit are a value's alone.
              onChange={({ currentTarget }) =>
                change({ ...newCheckItem, label: item.label, photo: item.photo, kind: currentTarget.value })
              }
            />
            <Checkbox
              className="set-up-check-photo"
              label={words.t('setUp.check.photo')}
              checked={item.photo}
              onChange={({ currentTarget }) => change({ ...item, photo: currentTarget.checked })}
            />
          </div>
          {item.kind === 'value' && (
            <div className="set-up-names">
              <NumberField
                label={words.t('setUp.check.min')}
                value={item.min}
                onChange={(min) => change({ ...item, min })}
              />
              <NumberField
                label={words.t('setUp.check.max')}
                value={item.max}
                onChange={(max) => change({ ...item, max })}
              />
              <TextInput
                label={words.t('setUp.check.unit')}
                maxLength={20}
                value={item.unit}
                onChange={({ currentTarget }) => change({ ...item, unit: currentTarget.value })}
              />
            </div>
          )}
        </div>
      )}
    </LineList>
  );
};
