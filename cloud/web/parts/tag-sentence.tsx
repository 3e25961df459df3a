/** A sentence in which the machine's tag never breaks at its hyphen. */
export const TagSentence = ({ text, tag }: { text: string; tag: string }) => {
  const [before = text, ...rest] = text.split(tag);
  if (rest.length === 0) return text;
  return (
    <>
      {before}
      <span className="nowrap">{tag}</span>
      {rest.join(tag)}
    </>
  );
};
