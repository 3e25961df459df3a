import { useWords } from '../../parts/language.tsx';
import type { FieldFault } from './draft.ts';
import { FaultLine } from './fault-text.tsx';
import { NumberField } from './number-field.tsx';

export interface PlaceDraft {
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** A place on the map, as a map's "copy coordinates" gives it. */
export const PlaceControl = ({
  legend,
  hint,
  fault,
  value,
  onChange,
}: {
  legend: string;
  hint: string | undefined;
  fault: FieldFault | undefined;
  value: PlaceDraft;
  onChange: (value: PlaceDraft) => void;
}) => {
  const words = useWords();
  const part = (name: keyof PlaceDraft, most: number) => (
    <NumberField
      label={words.t(`setUp.place.${name}`)}
      required
      min={-most}
      max={most}
      decimalScale={6}
      value={value[name]}
      onChange={(next) => onChange({ ...value, [name]: next })}
    />
  );
  return (
    <fieldset className="set-up-fieldset">
      <legend>{legend}</legend>
      {hint && <p className="small soft">{hint}</p>}
      <div className="set-up-pair">
        {part('latitude', 90)}
        {part('longitude', 180)}
      </div>
      <FaultLine fault={fault} />
    </fieldset>
  );
};
