/** The difference of two texts in whole words: to show it, and to make it in the document. */

const TOKEN = /[\p{L}\p{N}\p{M}_]+(?:['’][\p{L}\p{N}\p{M}_]+)*|\s|[^\s]/gu;
// Beyond this many pairs of words a text is taken as one change.
const MOST_PAIRS = 4_000_000;

/** Replace the characters from `start` to before `end` of the old text by `text`. */
export interface Hunk {
  start: number;
  end: number;
  text: string;
}

export interface Segment {
  kind: 'same' | 'deleted' | 'inserted';
  text: string;
}

export function tokens(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/** Returns the changes in order of place. */
export function hunks(before: string, after: string): Hunk[] {
  const old = tokens(before);
  const made = tokens(after);
  let head = 0;
  while (head < old.length && head < made.length && old[head] === made[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < made.length - head &&
    old[old.length - 1 - tail] === made[made.length - 1 - tail]
  )
    tail++;
  const a = old.slice(head, old.length - tail);
  const b = made.slice(head, made.length - tail);
  if (a.length === 0 && b.length === 0) return [];
  const start = length(old, head);
  const changes = a.length * b.length > MOST_PAIRS ? [[0, a.length, 0, b.length] as Change] : differences(a, b);
  return joined(a, changes).map(([from, to, madeFrom, madeTo]) => ({
    start: start + length(a, from),
    end: start + length(a, to),
    text: b.slice(madeFrom, madeTo).join(''),
  }));
}

/** Returns the texts laid over each other. */
export function segments(before: string, after: string): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  const add = (kind: Segment['kind'], text: string): void => {
    if (text) found.push({ kind, text });
  };
  for (const hunk of hunks(before, after)) {
    add('same', before.slice(at, hunk.start));
    add('deleted', before.slice(hunk.start, hunk.end));
    add('inserted', hunk.text);
    at = hunk.end;
  }
  add('same', before.slice(at));
  return found;
}

type Change = [from: number, to: number, madeFrom: number, madeTo: number];

function length(list: readonly string[], until: number): number {
  let sum = 0;
  for (let i = 0; i < until; i++) sum += list[i]!.length;
  return sum;
}

/** Longest common subsequence by table. */
function differences(a: readonly string[], b: readonly string[]): Change[] {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i * width + j] =
        a[i] === b[j]
          ? table[(i + 1) * width + j + 1]! + 1
          : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
  const changes: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const from = i;
    const madeFrom = j;
    while ((i < a.length || j < b.length) && !(i < a.length && j < b.length && a[i] === b[j])) {
      if (j >= b.length || (i < a.length && table[(i + 1) * width + j]! >= table[i * width + j + 1]!)) i++;
      else j++;
    }
    if (i > from || j > madeFrom) changes.push([from, i, madeFrom, j]);
    while (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    }
  }
  return changes;
}

/** Joins changes with nothing but a space between them: "two words" is one change. */
function joined(a: readonly string[], changes: readonly Change[]): Change[] {
  const found: Change[] = [];
  for (const change of changes) {
    const last = found[found.length - 1];
    if (last && a.slice(last[1], change[0]).join('').trim() === '') {
      last[1] = change[1];
      last[3] = change[3];
    } else found.push([...change]);
  }
  return found;
}
