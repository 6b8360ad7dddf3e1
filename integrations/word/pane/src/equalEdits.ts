/** Which suggested changes are the same correction in several places, to be decided together. Pure. */

import { segments } from './diff';
import type { Edit } from './model';

/** One correction and the places, among all edits, where it is made. */
export interface EqualEdits {
  /** What is replaced by what; empty for a comment. */
  pairs: [before: string, after: string][];
  comment: string;
  places: number[];
}

// Two are decided just as fast one by one.
const FEWEST = 3;
const MOST_PAIRS = 3;
const LONGEST_CHARS = 60;
const WORD = /[\p{L}\p{N}]/u;

/** Returns the corrections that stand in several places, in order of their first place. */
export function equalEdits(edits: readonly Edit[]): EqualEdits[] {
  const found = new Map<string, EqualEdits>();
  edits.forEach((edit, place) => {
    const pairs = pairsOf(edit);
    if (!pairs || edit.findings.length) return;
    const comment = edit.text === undefined ? edit.comment : '';
    const key = JSON.stringify([pairs, comment, edit.quote]);
    const group = found.get(key);
    if (group) group.places.push(place);
    else found.set(key, { pairs, comment, places: [place] });
  });
  return [...found.values()].filter(({ places }) => places.length >= FEWEST);
}

/** Returns what an edit replaces; null for what must be read in context, such as a comma or a long change. */
function pairsOf(edit: Edit): [string, string][] | null {
  if (edit.text === undefined) return edit.comment ? [] : null;
  const laid = segments(edit.before, edit.text);
  const pairs = new Map<string, [string, string]>();
  for (let at = 0; at < laid.length; at++) {
    if (laid[at]!.kind === 'same') continue;
    const before = laid[at]!.kind === 'deleted' ? laid[at]!.text : '';
    if (before) at++;
    const after = laid[at]?.kind === 'inserted' ? laid[at]!.text : '';
    if (!WORD.test(before) || !WORD.test(after) || before.length + after.length > LONGEST_CHARS) return null;
    pairs.set(`${before}\n${after}`, [before, after]);
  }
  const found = [...pairs.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, pair]) => pair);
  return found.length && found.length <= MOST_PAIRS ? found : null;
}
