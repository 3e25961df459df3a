import { useEffect, useState } from 'react';

/** Long enough for the next letter. */
const pauseMs = 120;

/** What was typed, once the typing pauses. */
export const useSettled = (text: string): string => {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
};
