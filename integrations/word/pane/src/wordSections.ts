/** What a person calls a section: from a heading to the next one of the same or a higher level. Pure. */

/** The outline level of text that is no heading; headings have 1 to 9. */
export const BODY_LEVEL = 10;

/** Returns where the section around a paragraph begins, and where it has ended. */
export function sectionOf(levels: readonly number[], at: number): [number, number] {
  let first = at;
  while (first > 0 && levels[first]! >= BODY_LEVEL) first--;
  const level = levels[first] ?? BODY_LEVEL;
  let last = first + 1;
  while (last < levels.length && levels[last]! > Math.min(level, BODY_LEVEL - 1)) last++;
  return [first, last];
}
