import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';
import { LineList } from './line-list.tsx';
import { NumberField } from './number-field.tsx';
import { ReferenceControl } from './reference-control.tsx';

interface KitLine {
  readonly partId: string | null;
  readonly quantity: number | null;
}

/** A part of a line and how many of it. */
export const PartAndQuantity = <Line extends KitLine>({
  line,
  change,
}: {
  line: Line;
  change: (line: Line) => void;
}) => {
  const words = useWords();
  return (
    <>
      <ReferenceControl
        to={['parts']}
        none={undefined}
        label={words.t('setUp.bom.part')}
        value={line.partId}
        onChange={(partId) => change({ ...line, partId })}
      />
      <NumberField
        className="set-up-narrow"
        label={words.t('setUp.bom.quantity')}
        required
        min={1}
        allowDecimal={false}
        value={line.quantity}
        onChange={(quantity) => change({ ...line, quantity })}
      />
    </>
  );
};

/** The parts of a kit. */
export const KitLines = (props: {
  legend: string;
  fault: FieldFault | undefined;
  value: readonly KitLine[];
  onChange: (value: KitLine[]) => void;
}) => {
  const words = useWords();
  return (
    <LineList
      {...props}
      addLabel={words.t('setUp.bom.add')}
      removeLabel={(_, at) => words.t('setUp.bom.remove', { line: at + 1 })}
      empty={{ partId: null, quantity: 1 }}
    >
      {(line, change) => <PartAndQuantity line={line} change={change} />}
    </LineList>
  );
};
