/** The body of a mail that is written, as paragraphs whose words are changed in place. Pure.
 *
 * Quotes and signatures of others are in it, so it is never rendered: it is read character by character, and everything
 * but changed words stays as it was. public/onsend.js shares what counts as a gap and as a quote. */

import { escaped } from './draftText';
import type { Hunk } from './diff';

/** A line of the mail. `spans` says for each character of the text where it is in the source. */
export interface BodyLine {
  text: string;
  spans: [start: number, end: number][];
}

export interface Change {
  line: BodyLine;
  hunks: readonly Hunk[];
}

/** A gap: its line, and its place in that line. */
export interface OpenGap {
  line: number;
  start: number;
  end: number;
  question: string;
}

const GAP = /\[\[([^[\]\n]{1,500})\]\]/g;
// A pencil stands before the words of a gap in drafts of a mailbox, since telephones show brackets too small.
const SIGN = /^\s*\u270f\ufe0f?/;
const QUOTE = [
  /<div\b[^<>]{0,300}\bid=["']?(?:x_)*(?:divRplyFwdMsg|appendonsend)\b/i,
  /<div\b[^<>]{0,300}\bid=["']?(?:x_)*mail-editor-reference-message-container\b/i,
  /<div\b[^<>]{0,300}\bborder-top:\s{0,2}solid #(?:E1E1E1|B5C4DF)/i,
  /<div\b[^<>]{0,300}\bclass=["']?(?:x_)*(?:gmail_quote|OutlookMessageHeader)\b/i,
  /<blockquote\b[^<>]{0,300}\btype=["']?cite\b/i,
  /<hr\b[^<>]{0,300}>(?:\s|&nbsp;|<[^<>]{0,300}>){0,20}(?:From|Von|De)\s?:/i,
];
// The same in a plain text: a dividing line, or the heads of the mail, among them its subject. They hold in the lines of a
// page, too, where some program quotes by no mark-up that is known.
const HEADS = [
  /^-{3,}[ \t]{0,3}(?:Original Message|Urspr\u00fcngliche Nachricht|Message d['\u2019]origine|Mensaje original)[ \t]{0,3}-{3,}/im,
  /^(?:From|Von|De)\s?:.*(?:\r\n?|\n)(?:[^\s:]{1,16}\s?:.*(?:\r\n?|\n)){0,5}(?:Subject|Betreff|Objet|Asunto|Assunto)\s?:/im,
];
const TEXT_QUOTE = [...HEADS, /^_{8,}[ \t]*$/m];
const UNSEEN = /^<(style|script|title)\b/i;
const ENTITY = /^&(?:#\d{1,7}|#x[\da-f]{1,6}|\w{2,8});/i;
const SPACE = /[ \t\r\n\f]/;
const MOST_ENTITY_CHARS = 10;
const MOST_NAME_CHARS = 14;
const BREAK = /^<(?:br|\/?(?:p|div|li|ul|ol|tr|td|th|table|h[1-6]|blockquote|hr|pre|body|html))\b/i;
const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** Returns where the quoted mail begins, whose words are others'. */
function ownEnd(source: string, isHtml: boolean): number {
  const marks = isHtml ? QUOTE : TEXT_QUOTE;
  const last = isHtml ? source.length : quotedTail(source);
  return endAbove(source, marks, last);
}

function endAbove(text: string, marks: readonly RegExp[], last: number): number {
  return Math.min(last, ...marks.map((mark) => text.search(mark)).filter((at) => at >= 0));
}

/** Returns the lines above those that begin a mail which is quoted. */
function aboveHeads(lines: BodyLine[]): BodyLine[] {
  const text = lines.map((line) => line.text).join('\n');
  const end = endAbove(text, HEADS, text.length);
  let next = 0;
  return lines.filter((line) => {
    const begin = next;
    next += line.text.length + 1;
    return begin < end;
  });
}

/** Returns where the lines begin that are quoted by ">" up to the end of a plain text. */
function quotedTail(text: string): number {
  const lines = text.split('\n');
  let begin = text.length;
  let at = text.length + 1;
  while (lines.length) {
    const line = lines.pop()!;
    at -= line.length + 1;
    if (line.startsWith('>')) begin = at;
    else if (line.trim()) break;
  }
  return begin;
}

/** Returns the lines that the person has written, without blank ones. */
export function linesOf(source: string, isHtml: boolean): BodyLine[] {
  const reader = new Reader(source, ownEnd(source, isHtml));
  if (!isHtml) {
    reader.readText();
    return reader.lines;
  }
  reader.readHtml();
  return aboveHeads(reader.lines);
}

class Reader {
  readonly lines: BodyLine[] = [];
  private line: BodyLine = { text: '', spans: [] };
  private endsInSpace = false;

  constructor(
    private readonly source: string,
    private readonly end: number,
  ) {}

  readText(): void {
    for (let at = 0; at < this.end; at++) {
      const sign = this.source[at]!;
      if (sign === '\n' || sign === '\r') this.close();
      else this.add(sign, at, at + 1);
    }
    this.close();
  }

  readHtml(): void {
    let at = 0;
    while (at < this.end) {
      const sign = this.source[at]!;
      const entity = sign === '&' ? ENTITY.exec(this.source.slice(at, at + MOST_ENTITY_CHARS))?.[0] : undefined;
      if (sign === '<' && /[!/a-z]/i.test(this.source[at + 1] ?? '')) {
        if (BREAK.test(this.source.slice(at, at + MOST_NAME_CHARS))) this.close();
        at = endOfTag(this.source, at);
      } else {
        const next = at + (entity?.length ?? 1);
        if (entity) this.add(decoded(entity), at, next);
        else if (SPACE.test(sign)) this.space(at, next);
        else this.add(sign, at, next);
        at = next;
      }
    }
    this.close();
  }

  private add(text: string, start: number, end: number): void {
    this.line.text += text;
    this.endsInSpace = text === ' ';
    for (let unit = 0; unit < text.length; unit++) this.line.spans.push([start, end]);
  }

  /** White space is one blank, and none at the beginning or beside another. */
  private space(start: number, end: number): void {
    const last = this.line.spans.at(-1);
    if (!last) return;
    if (this.endsInSpace && last[1] === start) last[1] = end;
    else this.add(' ', start, end);
  }

  private close(): void {
    const { text, spans } = this.line;
    const head = text.length - text.trimStart().length;
    const kept = text.trim();
    if (kept) this.lines.push({ text: kept, spans: spans.slice(head, head + kept.length) });
    this.line = { text: '', spans: [] };
  }
}

/** Returns where a tag ends, or a comment, or a part that nobody sees; what never ends takes the rest with it. */
function endOfTag(source: string, at: number): number {
  const after = (sign: string, from: number): number => {
    const found = source.indexOf(sign, from);
    return found < 0 ? source.length : found + sign.length;
  };
  if (source.startsWith('<!--', at)) return after('-->', at + 4);
  const unseen = UNSEEN.exec(source.slice(at, at + MOST_NAME_CHARS))?.[1];
  if (unseen) {
    const close = new RegExp(`</${unseen}`, 'ig');
    close.lastIndex = at;
    const found = close.exec(source);
    return found ? after('>', found.index) : source.length;
  }
  for (let to = at + 1; to < source.length; to++) {
    const sign = source[to]!;
    if (sign === '>') return to + 1;
    if (sign === '"' || sign === "'") to = after(sign, to + 1) - 1;
  }
  return source.length;
}

function decoded(entity: string): string {
  const name = entity.slice(1, -1);
  const number = /^#x/i.test(name) ? parseInt(name.slice(2), 16) : name.startsWith('#') ? Number(name.slice(1)) : -1;
  if (number < 0) return NAMED[name.toLowerCase()] ?? entity;
  if (number === 160) return ' ';
  return number <= 0x10ffff ? String.fromCodePoint(number) : entity;
}

/** Returns the source with the changes made: words go, and new ones come in as text where the first of them stood. */
export function changed(source: string, changes: readonly Change[], isHtml: boolean): string {
  const splices: [start: number, end: number, text: string][] = [];
  for (const { line, hunks } of changes)
    for (const { start, end, text } of hunks) {
      const made = isHtml ? escaped(text).replace(/\n/g, '<br>') : text;
      const place = start < line.spans.length ? line.spans[start]![0] : (line.spans.at(-1)?.[1] ?? 0);
      if (made) splices.push([place, place, made]);
      for (const [from, to] of line.spans.slice(start, end)) splices.push([from, to, '']);
    }
  splices.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
  let made = '';
  let at = 0;
  for (const [start, end, text] of splices) {
    // A character of two code units is in the list twice.
    if (start < at && text === '') continue;
    made += source.slice(at, Math.max(at, start)) + text;
    at = Math.max(at, end);
  }
  return made + source.slice(at);
}

/** Returns the gaps of the lines, in order. */
export function gapsOf(lines: readonly BodyLine[]): OpenGap[] {
  return lines.flatMap(({ text }, line) =>
    [...text.matchAll(GAP)].map((found) => ({
      line,
      start: found.index,
      end: found.index + found[0].length,
      question: found[1]!.replace(SIGN, '').replace(/\s+/g, ' ').trim(),
    })),
  );
}

/** Returns the source with an answer in place of a gap; what only marked the gap goes with it. */
export function withAnswer(source: string, line: BodyLine, { start, end }: OpenGap, answer: string, isHtml: boolean): string {
  const made = changed(source, [{ line, hunks: [{ start, end, text: answer }] }], isHtml);
  return isHtml ? made.replace(/<mark\b[^<>]{0,300}><\/mark>/gi, '') : made;
}

/** Returns the source without that gap, and without its line where nothing else stands there. */
export function withoutGap(source: string, line: BodyLine, gap: OpenGap, isHtml: boolean): string {
  const { start, end } = gap;
  const [from, to] = [line.spans[start]![0], line.spans[end - 1]![1]];
  const isAlone = !line.text.slice(0, start).trim() && !line.text.slice(end).trim();
  const made = withAnswer(source, line, gap, '', isHtml);
  if (!isAlone) return made;
  const [head, tail] = [source.slice(0, from), source.slice(to)];
  if (!isHtml) return `${head.replace(/[ \t]{1,99}$/, '')}${tail.replace(/^[ \t]{0,99}(?:\r?\n|\r){0,2}/, '')}`;
  const middle = made.slice(head.length, Math.max(head.length, made.length - tail.length));
  return middle.trim() ? made : withoutEmptied(head, tail);
}

const OPENS = /<(p|div|li|span|font|b|i|u|strong|em|mark)\b[^<>]{0,300}>\s{0,99}$/i;
const BLOCKS = new Set(['p', 'div', 'li']);
const MOST_TAG_CHARS = 500;

/** Joins what stands around words that went, without the elements that held them alone. */
function withoutEmptied(head: string, tail: string): string {
  let [before, after] = [head, tail];
  for (;;) {
    const opened = OPENS.exec(before.slice(-MOST_TAG_CHARS));
    const name = opened?.[1]!.toLowerCase();
    const closed = name ? new RegExp(`^\\s{0,99}</${name}\\s{0,9}>`, 'i').exec(after.slice(0, MOST_TAG_CHARS)) : null;
    if (!opened || !name || !closed) break;
    before = before.slice(0, -opened[0].length);
    after = after.slice(closed[0].length);
    if (BLOCKS.has(name)) return before + after;
  }
  return before.replace(/<br\b[^<>]{0,300}>\s{0,99}$/i, '') + after;
}
