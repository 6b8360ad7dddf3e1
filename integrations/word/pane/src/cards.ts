/** One card for each suggested change. */

import { type Segment, segments } from './diff';
import { changed, shown } from './documentText';
import { button, link, make } from './dom';
import type { Placed } from './host';
import type { Edit, Finding, Source } from './model';
import { type Act, type Decision, isRewritten, partsOf, textWith } from './parts';
import { PartsView } from './partsView';
import type { Texts } from './strings';

/** What a card's buttons do, whether its place can be shown, and its changes decided about one by one. */
export interface Acts {
  /** `part` is the one change of the paragraph that it is about. */
  act: (card: Card, act: Act, part?: number) => void;
  canJump: boolean;
  canSplit: boolean;
}

// Unchanged text that is longer is shortened around the changes.
const LONGEST_SAME_CHARS = 160;
const KEPT_CHARS = 60;

export class Card {
  /** One for each change of the paragraph that is decided about by itself. */
  decisions: readonly Decision[];
  private readonly parts: PartsView | null;
  private readonly buttons = make('div', { class: 'buttons' });
  private readonly status = make('p', { class: 'status' });
  private named: string;
  private made: HTMLElement | null = null;

  constructor(
    readonly place: number,
    readonly edit: Edit,
    private readonly sources: readonly Source[],
    private readonly texts: Texts,
    private readonly acts: Acts | null = null,
  ) {
    const parts = acts?.canSplit ? partsOf(edit) : [];
    this.named = texts.get(this.isComment ? 'comment_found' : 'change_found', { number: place + 1 });
    this.decisions = parts.length ? parts.map(() => 'open') : ['open'];
    this.parts = parts.length ? new PartsView(parts, texts, (what, part) => acts?.act(this, what, part)) : null;
  }

  /** A comment corrects nothing: it is kept or not. */
  get isComment(): boolean {
    return this.edit.text === undefined;
  }

  /** Names it by its place among all changes and comments, each counted as its paragraph has it. */
  number(first: number, count: number): void {
    const last = first + this.decisions.length - 1;
    this.named = this.texts.get(last > first ? 'changesOf' : this.isComment ? 'comment' : 'change', { number: first, last, count });
  }

  /** Built on first use: of hundreds of cards, most are never looked at. */
  get element(): HTMLElement {
    if (!this.made) {
      this.made = this.make();
      this.render();
    }
    return this.made;
  }

  /** What is decided of the paragraph: it is open while one of its changes is. */
  get decision(): Decision {
    if (this.decisions.includes('open')) return 'open';
    return this.decisions.includes('accepted') ? 'accepted' : 'rejected';
  }

  /** The paragraph with what is accepted. */
  get text(): string {
    return textWith(this.edit, this.decisions);
  }

  /** Returns the decisions with those that are open, or one of them, decided. */
  with(decision: Decision, part?: number): Decision[] {
    return this.decisions.map((one, at) => ((part === undefined ? one === 'open' : part === at) ? decision : one));
  }

  /** Shows what is decided and the buttons that go with it; there are none before the result is there. */
  decide(decisions: readonly Decision[]): void {
    this.decisions = decisions;
    this.say(this.told());
    if (this.made) this.render();
  }

  private told(): string {
    const [first] = this.decisions;
    if (this.isComment && first === 'accepted') return this.texts.get('kept');
    if (this.decisions.every((one) => one === first)) return first === 'open' ? '' : this.texts.get(first!);
    return this.texts.get('decided', tally(this.decisions));
  }

  busy(): void {
    this.say(this.texts.get('applying'));
    this.buttons.replaceChildren();
    this.parts?.busy();
  }

  /** Says why an edit was not made. It stays open, so the person can still decide. */
  skip(why: Exclude<Placed, 'made'>): void {
    this.decide(this.decisions);
    this.say(this.texts.get(why), true);
  }

  say(text: string, isProblem = false): void {
    this.status.textContent = text;
    this.status.classList.toggle('bad', isProblem);
  }

  /** Goes to the next of its changes that is open, else to the first thing to do. */
  focus(after?: number): void {
    if (after !== undefined && this.parts?.focusOpen(after)) return;
    const first = this.buttons.querySelector<HTMLElement>('button') ?? this.element;
    first.focus();
  }

  private make(): HTMLElement {
    const { edit, texts } = this;
    const id = `card-${this.place}`;
    return make(
      'li',
      { class: 'card', id, 'aria-labelledby': `${id}-name`, tabindex: -1 },
      make('h3', { id: `${id}-name` }, this.named),
      ...(edit.where ? [make('p', { class: 'where' }, texts.get('under', { heading: edit.where }))] : []),
      ...(edit.text === undefined ? this.remark() : this.difference(edit.text)),
      ...this.why(),
      ...this.grounds(),
      this.status,
      this.buttons,
      ...(this.parts ? [this.parts.element] : []),
    );
  }

  private render(): void {
    this.made!.dataset.decision = this.decision;
    this.made!.classList.toggle('decided', this.decision !== 'open');
    this.made!.classList.toggle('mixed', new Set(this.decisions).size > 1);
    this.parts?.show(this.decisions);
    if (!this.acts) return;
    const acts: Act[] = this.decision === 'open' ? ['accept', 'reject'] : ['undo'];
    if (this.acts.canJump) acts.push('jump');
    this.buttons.replaceChildren(...acts.map((act) => this.button(act)));
  }

  private button(act: Act): HTMLElement {
    const look = act === 'accept' && !this.isComment ? 'primary' : act === 'jump' ? 'subtle' : 'outline';
    const open = this.decisions.filter((one) => one === 'open').length;
    const several = { accept: 'acceptEqual', reject: 'rejectEqual', jump: act, undo: act } as const;
    const one = act === 'accept' && this.isComment ? 'keepComment' : act;
    const text = this.texts.get(open > 1 ? several[act] : one, { count: open });
    return button({
        appearance: look,
        size: 'small',
        'data-act': act,
        'aria-label': `${text}: ${this.named}`,
        click: () => this.acts?.act(this, act),
      },
      text,
    );
  }

  /** Both texts in one: deleted words struck out, new words beside them; one after the other where little is kept. */
  private difference(after: string): Node[] {
    const { before } = this.edit;
    const parts: readonly Segment[] = isRewritten(before, after)
      ? [{ kind: 'deleted', text: before }, { kind: 'same', text: ' ' }, { kind: 'inserted', text: after }]
      : segments(before, after);
    const row = (one: Segment, at: number): Node => {
      if (one.kind === 'same') return this.shown(shortened(one.text, at > 0, at < parts.length - 1));
      return changed(one.kind, one.text, this.texts);
    };
    return [make('p', { class: 'text' }, ...parts.map(row))];
  }

  private remark(): Node[] {
    const beside = this.edit.quote || shortened(this.edit.before, false, true);
    return [
      make('blockquote', {}, this.shown(beside)),
      make('p', { class: 'text new' }, this.edit.comment),
    ];
  }

  private why(): Node[] {
    const findings = this.edit.findings.map((finding) => finding.sentence);
    const isSaid = this.edit.reason === findings.join(' ');
    return [
      ...(this.edit.reason && !isSaid
        ? [make('p', { class: 'reason' }, this.edit.reason)]
        : []),
      ...findingList(this.edit.findings, this.texts),
    ];
  }

  private grounds(): Node[] {
    const said = this.edit.text ?? this.edit.comment;
    return sourceList(
      this.sources.filter((source) => source.supports !== '' && said.includes(source.supports)),
      this.texts,
    );
  }

  private shown(text: string): Node {
    return shown(text, this.texts);
  }
}

/** Counts what is decided, by the names that the texts have for it. */
export function tally(decisions: readonly Decision[]): Record<Decision, number> {
  const count = (wanted: Decision): number => decisions.filter((one) => one === wanted).length;
  return { accepted: count('accepted'), rejected: count('rejected'), open: count('open') };
}

export function findingList(findings: readonly Finding[], texts: Texts): Node[] {
  if (findings.length === 0) return [];
  const rows = findings.map((finding) => make('li', { class: finding.severity }, finding.sentence));
  return [make('h4', {}, texts.get('checks')), make('ul', { class: 'findings' }, ...rows)];
}

export function sourceList(sources: readonly Source[], texts: Texts): Node[] {
  if (sources.length === 0) return [];
  const rows = sources.map((source) =>
    make('li', {}, link(source.link, source.title), make('blockquote', {}, source.quote)),
  );
  return [make('h4', {}, texts.get('sources')), make('ul', { class: 'sources' }, ...rows)];
}

/** Leaves out the middle of long unchanged text, or its far end where nothing follows or precedes. */
function shortened(text: string, hasBefore: boolean, hasAfter: boolean): string {
  if (text.length <= LONGEST_SAME_CHARS) return text;
  const head = hasBefore ? text.slice(0, KEPT_CHARS).replace(/\S*$/, '') : '';
  const tail = hasAfter ? text.slice(-KEPT_CHARS).replace(/^\S*/, '') : '';
  if (!hasBefore && !hasAfter) return `${text.slice(0, LONGEST_SAME_CHARS)}…`;
  return `${head}…${tail}`;
}
