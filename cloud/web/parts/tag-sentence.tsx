/** A range too long for every line may break after its dash; it does so only on a line that is shorter than the range. */
const longRange = /([^ ]*\u2060–(?!\u2060) ?[^ ]+)/;

const WithRanges = ({ text }: { text: string }) => {
  const [before, range, ...after] = text.split(longRange);
  if (range === undefined) return text;
  return (
    <>
      {before}
      <span className="range">{range}</span>
      <WithRanges text={after.join('')} />
    </>
  );
};

/** A sentence in which the machine's tag never breaks at its hyphen, and a range of days only where it has to. */
export const TagSentence = ({ text, tag }: { text: string; tag: string }) => {
  const [before = text, ...rest] = text.split(tag);
  if (rest.length === 0) return <WithRanges text={text} />;
  return (
    <>
      <WithRanges text={before} />
      <span className="nowrap">{tag}</span>
      <WithRanges text={rest.join(tag)} />
    </>
  );
};
