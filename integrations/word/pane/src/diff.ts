/** The difference of two texts in whole words: to show it, and to make it in the document.
 *
 * The server has the same engine (`integrations/documents/text/word_diff.py`); `test/differences.json` holds them together.
 */

// Scripts without spaces between words: each character is a word.
const ALONE = '\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff\\u3040-\\u30ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\u{20000}-\\u{3ffff}';
const LETTER = `(?:(?![${ALONE}])[\\p{L}\\p{N}\\p{M}_])`;
const MONTH = '[^\\P{L}_]{3,10}\\.?';
const DAY = '\\d{1,2}(?:\\.|st|nd|rd|th)?';
// A date or an amount is one word, so that nobody has to put 250 and ,000 together.
const FIGURES = [
  `${DAY}[ \\u00a0](?:de )?${MONTH}[ \\u00a0](?:de )?\\d{4}(?!\\d)`,
  `${MONTH}[ \\u00a0]${DAY}, \\d{4}(?!\\d)`,
  `[$\u00a3\u00a5\u20ac]?\\d+(?:[-.,:/'\u2019\\u00a0\\u202f]\\d+)*${LETTER}*%?`,
];
const TOKEN = new RegExp(`[${ALONE}]|\\s|${FIGURES.join('|')}|${LETTER}+(?:['\u2019]${LETTER}+)*|[^\\s]`, 'gu');
const JOINER = '\u200d';
const EXTENDS = /^[\p{M}\u200d\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}]/u;
const SPACES = /^[ \u00a0\u202f]*$/;
// What stands for a value in a template, and several with nothing but spaces between them.
const PLACE =
  '(?:\\[\\[[^\\[\\]]{1,300}\\]\\]|\\{\\{\\{?[^{}]{1,60}\\}?\\}\\}|<<[^<>]{1,60}>>|\\[[^\\[\\]]{1,60}\\]|<[^<>]{1,60}>|«[^«»\\s]{1,60}»|_{3,}|\\.{5,}|\u2026{2,})';
const PLACES = new RegExp(`${PLACE}(?:[ \u00a0\u202f]*${PLACE})*`, 'gu');
// Beyond this many pairs of words a text is taken as one change.
const MOST_PAIRS = 20_000_000;

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

/** Returns words, white space and single signs; combining marks and joined emoji stay with what they belong to. */
export function tokens(text: string): string[] {
  const whole: string[] = [];
  for (const token of text.match(TOKEN) ?? []) {
    const last = whole.at(-1);
    if (last !== undefined && last.trim() && (EXTENDS.test(token) || last.endsWith(JOINER))) whole[whole.length - 1] = last + token;
    else whole.push(token);
  }
  return whole;
}

/** Returns texts in the form to compare them in: how an accent is stored is no difference, unless it is the only one. */
function compared(old: readonly string[], made: readonly string[]): [string[], string[]] {
  const [one, other] = [old, made].map((list) => list.map((token) => token.normalize('NFC'))) as [string[], string[]];
  return one.join('\n') === other.join('\n') ? [[...old], [...made]] : [one, other];
}

/** Returns the changes in order of place. */
export function hunks(before: string, after: string): Hunk[] {
  const found = before === after ? [] : filled(before, after);
  return found.length ? found : differing(before, after);
}

/** Returns one change for each place that got a value where nothing else changed; where it is unsure, for all of them. */
function filled(before: string, after: string): Hunk[] {
  let spans = [...before.matchAll(PLACES)]
    .filter(([place]) => !after.includes(place))
    .map((found): Span => [found.index, found.index + found[0].length]);
  if (!spans.length) return [];
  const kept = [...spans, [before.length, 0] as Span].map(([begin], at) => before.slice(spans[at - 1]?.[1] ?? 0, begin));
  const turned = (text: string): string => text.split('').reverse().join('');
  let early = values(kept, after);
  const late = values(kept.map(turned).reverse(), turned(after)).map(([begin, end]) => [after.length - end, after.length - begin]);
  if (String(early) !== String(late.reverse())) {
    spans = [[spans[0]![0], spans.at(-1)![1]]];
    early = [[kept[0]!.length, after.length - kept.at(-1)!.length]];
  }
  // A place that is still one was corrected, and not filled.
  if (early.some(([begin], at) => after[begin] === before[spans[at]![0]])) return [];
  return early.map(([begin, until], at) => ({ start: spans[at]![0], end: spans[at]![1], text: after.slice(begin, until) }));
}

/** Returns what stands between the kept parts of a text, each as short as can be; none where a part is gone. */
function values(kept: readonly string[], text: string): Span[] {
  const last = text.length - kept.at(-1)!.length;
  const found: Span[] = [];
  let at = kept[0]!.length;
  for (const part of kept.slice(1, -1)) {
    const end = text.indexOf(part, at + 1);
    if (end < 0) return [];
    found.push([at, end]);
    at = end + part.length;
  }
  found.push([at, last]);
  return text.startsWith(kept[0]!) && text.endsWith(kept.at(-1)!) && at < last ? found : [];
}

function differing(before: string, after: string): Hunk[] {
  const [from, to] = [tokens(before), tokens(after)];
  const [old, made] = compared(from, to);
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
  const [kept, put] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)];
  const start = length(from, head);
  const changes = a.length * b.length > MOST_PAIRS ? [[0, a.length, 0, b.length] as Change] : differences(a, b);
  return joined(kept, changes).map(([first, last, madeFirst, madeLast]) => ({
    start: start + length(kept, first),
    end: start + length(kept, last),
    text: put.slice(madeFirst, madeLast).join(''),
  }));
}

/** Returns both texts aligned. */
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

type Span = [begin: number, end: number];
type Change = [from: number, to: number, madeFrom: number, madeTo: number];

function length(list: readonly string[], until: number): number {
  let sum = 0;
  for (let i = 0; i < until; i++) sum += list[i]!.length;
  return sum;
}

/** Longest common subsequence by table, read from its end; what is deleted goes first, as the server has it. */
function differences(a: readonly string[], b: readonly string[]): Change[] {
  const width = b.length + 1;
  // Beyond so many pairs nothing is compared, so no count is too large for it.
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j < width; j++)
      table[i * width + j] =
        a[i - 1] === b[j - 1]
          ? table[(i - 1) * width + j - 1]! + 1
          : Math.max(table[(i - 1) * width + j]!, table[i * width + j - 1]!);
  const changes: Change[] = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 || j > 0) {
    const [last, madeLast] = [i, j];
    for (;;) {
      const here = table[i * width + j]!;
      if (i > 0 && (j === 0 || here === table[(i - 1) * width + j]!)) i--;
      else if (j > 0 && (i === 0 || here === table[i * width + j - 1]!)) j--;
      else break;
    }
    if (i < last || j < madeLast) changes.unshift([i, last, j, madeLast]);
    if (i > 0) i--;
    if (j > 0) j--;
  }
  return changes;
}

/** Joins changes with nothing but a space between them: "two words" is one change. */
function joined(a: readonly string[], changes: readonly Change[]): Change[] {
  const found: Change[] = [];
  for (const change of changes) {
    const last = found[found.length - 1];
    if (last && SPACES.test(a.slice(last[1], change[0]).join(''))) {
      last[1] = change[1];
      last[3] = change[3];
    } else found.push([...change]);
  }
  return found;
}
