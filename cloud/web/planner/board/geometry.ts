/** Sizes that script and style sheet share; in CSS pixels. board.css has the same. */
export const rowHeight = 40;
export const axisHeight = 44;
export const headWidth = 168;
export const barTop = 3;
export const barHeight = 34;
