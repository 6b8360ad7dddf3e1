/** One edit of the open document: looked up before anything is changed, then made in one go. */

import type { PlacedEdit } from './host';
import type { Edit } from './model';
import type { Abilities } from './wordAbilities';
import { type Known, withoutEnd } from './wordParagraphs';
import { type Needle, searchText, type Step, steps } from './wordPlaces';

/** What tells tracked changes apart, to be loaded of each. */
export const TRACKED = 'items/type,items/text,items/author,items/date';

const LONGEST_QUOTE_CHARS = 255;
const LOCATIONS = { replace: 'Replace', after: 'End', before: 'Start' } as const;

/** The finds of a text; those in deleted text are left out, which Word finds like any other. */
class Finds {
  ranges: Word.Range[] = [];
  private readonly found: Word.RangeCollection;
  private read: OfficeExtension.ClientResult<string>[] | null = null;

  constructor(
    readonly text: string,
    proxy: Word.Paragraph,
  ) {
    this.found = proxy.search(searchText(text), { matchCase: true });
    this.found.load('items');
  }

  look(hasDeletions: boolean): void {
    this.ranges = this.found.items;
    if (hasDeletions) this.read = this.ranges.map((range) => range.getReviewedText('Current'));
  }

  settle(): void {
    const { read, text } = this;
    if (read) this.ranges = this.ranges.filter((_, at) => withoutEnd(read[at]!.value) === text);
  }

  fits(needle: Needle): boolean {
    return this.ranges.length === needle.total && needle.nth < needle.total;
  }
}

interface Change {
  step: Step;
  from: Finds;
  to: Finds | null;
}

export class Plan {
  readonly remark: string;
  comment: Word.Comment | null = null;
  private readonly changes: Change[];
  private readonly quote: Finds | null;
  private readonly tracked: Word.TrackedChangeCollection | null;

  /** Queues the searches; `look`, `settle` and `write` come after one sync each. */
  constructor(
    readonly placed: PlacedEdit,
    private readonly known: Known,
    can: Abilities,
  ) {
    const { edit } = placed;
    const { proxy, text } = known;
    this.tracked = can.ids ? proxy.getRange('Whole').getTrackedChanges() : null;
    this.tracked?.load(TRACKED);
    this.changes = (edit.text === undefined ? [] : steps(text, edit.text)).map((step) => ({
      step,
      from: new Finds(step.from.text, proxy),
      to: step.to ? new Finds(step.to.text, proxy) : null,
    }));
    // A resumed edit has its comment already.
    this.remark = can.reviews && text === edit.before ? remarkOf(edit) : '';
    this.quote = edit.quote && edit.quote.length <= LONGEST_QUOTE_CHARS ? new Finds(edit.quote, proxy) : null;
  }

  look(): void {
    for (const one of this.finds()) one.look(this.known.hasDeletions);
  }

  settle(): void {
    for (const one of this.finds()) one.settle();
  }

  /** Whether each place was found, and no other. */
  get isSound(): boolean {
    return this.changes.every(({ step, from, to }) => from.fits(step.from) && (!step.to || !to || to.fits(step.to)));
  }

  get hasDeletions(): boolean {
    return this.known.hasDeletions;
  }

  /** Queues the changes, from the last to the first, and the comment. */
  write(): void {
    if (this.remark) {
      this.comment = (this.quote?.ranges[0] ?? this.known.proxy.getRange('Content')).insertComment(this.remark);
      this.comment.load('id');
    }
    for (const { step, from, to } of [...this.changes].reverse()) {
      const first = from.ranges[step.from.nth]!;
      const range = to && step.to ? first.expandTo(to.ranges[step.to.nth]!) : first;
      if (step.how === 'delete') range.delete();
      else range.insertText(step.text, LOCATIONS[step.how]);
    }
    this.tracked?.load(TRACKED);
  }

  /** The tracked changes of the paragraph as they were loaded last. */
  keys(): string[] {
    return this.tracked?.items.map(keyOf) ?? [];
  }

  private finds(): Finds[] {
    const changes = this.changes.flatMap(({ from, to }) => (to ? [from, to] : [from]));
    return this.quote ? [...changes, this.quote] : changes;
  }
}

/** What is put beside an edit: a comment, or why the text changed and what is to be checked there. */
export function remarkOf({ text, comment, reason, findings }: Edit): string {
  if (text === undefined) return comment;
  const told = findings.map(({ sentence }) => sentence);
  return [...new Set(reason === told.join(' ') ? told : [reason, ...told])].filter(Boolean).join('\n');
}

export function keyOf(change: Word.TrackedChange): string {
  return [change.type, change.text, change.author, String(change.date)].join('\u0000');
}
