/** A draft as pieces to be shown, as the text that is used, and as HTML for a mail. Pure. */

import type { Finding, Gap } from './model';

/** A stretch of a draft: plain, the place of a gap, or words that a finding is about (its number, from 0). */
export interface Piece {
  text: string;
  gap?: number;
  finding?: number;
}

interface Span extends Piece {
  start: number;
}

/** Returns a draft in pieces. Where a gap and a finding overlap, the gap wins. */
export function piecesOf(text: string, gaps: readonly Gap[], findings: readonly Finding[]): Piece[] {
  const spans: Span[] = [];
  const isFree = (start: number, end: number): boolean =>
    spans.every((one) => end <= one.start || start >= one.start + one.text.length);
  const take = (place: string, rest: Partial<Piece>): void => {
    for (let at = text.indexOf(place); place && at >= 0; at = text.indexOf(place, at + 1)) {
      if (!isFree(at, at + place.length)) continue;
      spans.push({ start: at, text: place, ...rest });
      return;
    }
  };
  gaps.forEach(({ place }, gap) => take(place, { gap }));
  findings.forEach(({ place }, finding) => take(place, { finding }));
  spans.sort((one, other) => one.start - other.start);
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, ...piece } of spans) {
    if (start > at) pieces.push({ text: text.slice(at, start) });
    pieces.push(piece);
    at = start + piece.text.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** Returns the draft with what the person chose or wrote in place of its gaps; "" leaves one open. */
export function filledIn(pieces: readonly Piece[], answers: readonly string[]): string {
  return pieces.map(({ text, gap }) => (gap === undefined ? text : answers[gap]?.trim() || text)).join('');
}

/** Returns the draft with its hints, each before the question that follows it, or behind the last one. */
export function withHints(text: string, gaps: readonly Gap[]): string {
  let shown = text;
  let waiting: string[] = [];
  for (const { is_hint: isHint, place } of gaps) {
    if (isHint && !text.includes(place)) waiting.push(place);
    else if (waiting.length && shown.includes(place)) {
      shown = shown.replace(place, () => [...waiting, place].join('\n\n'));
      waiting = [];
    }
  }
  if (!waiting.length) return shown;
  const last = Math.max(0, ...gaps.map(({ place }) => (shown.includes(place) ? shown.lastIndexOf(place) + place.length : 0)));
  return [shown.slice(0, last), ...waiting, shown.slice(last).replace(/^\n+/, '')].filter(Boolean).join('\n\n');
}

/** Returns the draft without the lines that only hold hints, which are for the person and not for who gets it. */
export function withoutHints(text: string, gaps: readonly Gap[]): string {
  const hints = gaps.filter((gap) => gap.is_hint).map(({ place }) => place);
  const isHint = (line: string): boolean =>
    hints.some((hint) => line.includes(hint)) && !hints.reduce((rest, hint) => rest.replace(hint, ''), line).trim();
  const lines = text.split('\n');
  const kept = lines.filter((line) => !isHint(line));
  return kept.length === lines.length ? text : kept.join('\n').replace(/\n{3,}/g, '\n\n').trim();
}

/** How a hint begins that may keep somebody from harm; a test holds them with core/text/data, where they are from. */
export const LOOK_FIRST = [
  'Look at this first:',
  'Sehen Sie zuerst hierhin:',
  'Sieh zuerst hierhin:',
  "Voyez d'abord ceci :",
  "Vois d'abord ceci :",
  'Mire primero esto:',
  'Mira primero esto:',
];

/** Returns whether that gap is a hint which is to be seen before all else: the first of the draft, and worded so. */
export function isFirstHint(pieces: readonly Piece[], gaps: readonly Gap[], number: number): boolean {
  const first = pieces.find(({ gap }) => gap !== undefined)?.gap;
  const { is_hint = false, question } = gaps[number]!;
  return is_hint && number === first && LOOK_FIRST.some((begin) => question.startsWith(begin));
}

/** Returns the words of the hints as they stand in a mail. */
export function hintsOf(gaps: readonly Gap[]): Set<string> {
  const hints = gaps.filter(({ is_hint }) => is_hint);
  return new Set(hints.map(({ place }) => place.replace(/^\[\[|\]\]$/g, '').replace(/\s+/g, ' ').trim()));
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]!);
}

/** Returns a text as HTML: paragraphs and lines are kept, and nothing in it is markup. */
export function asHtml(text: string): string {
  const paragraphs = text.trim().split(/\n{2,}/);
  return paragraphs.map((one) => `<p>${escaped(one).replace(/\n/g, '<br>')}</p>`).join('');
}
