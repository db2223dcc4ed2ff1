// Which rows of a long list are worth drawing.

export interface Slice {
  first: number;
  last: number;
}

const OVERSCAN = 12;
const STEP = 4;

/** Rows [first, last) that are in sight, with some on either side. Starts at multiples of a few rows,
 * so that scrolling by a row redraws nothing. */
export function slice(scrollTop: number, viewHeight: number, rowHeight: number, count: number): Slice {
  const inSight = Math.ceil(viewHeight / rowHeight) + STEP;
  const lowest = Math.max(0, count * rowHeight - viewHeight);
  const top = Math.floor(Math.max(0, Math.min(scrollTop, lowest)) / rowHeight / STEP) * STEP;
  const first = Math.max(0, Math.min(top - OVERSCAN, count));
  return { first, last: Math.max(first, Math.min(top + inSight + OVERSCAN, count)) };
}
