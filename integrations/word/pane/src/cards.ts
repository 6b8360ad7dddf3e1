/** One card for each suggested change. */

import { type Segment, segments } from './diff';
import { button, link, make } from './dom';
import type { Placed } from './host';
import type { Edit, Finding, Source } from './model';
import type { Texts } from './strings';

export type Decision = 'open' | 'accepted' | 'rejected';
export type Act = 'accept' | 'reject' | 'jump' | 'undo';

/** What a card's buttons do, and whether its place can be shown. */
export interface Acts {
  act: (card: Card, act: Act) => void;
  canJump: boolean;
}

// What the server and Word have in place of what cannot be written as text.
const ATOM = /[\ufffc\u0002]/;
const OBJECT_SIGN = '◦';
// Unchanged text that is longer is shortened around the changes.
const LONGEST_SAME_CHARS = 160;
const KEPT_CHARS = 60;
// With so many parts and so little kept, the old text and the new one are easier to read apart.
const MOST_PARTS = 9;
const LEAST_SHARE_KEPT = 0.45;

export class Card {
  decision: Decision = 'open';
  private readonly buttons = make('div', { class: 'buttons' });
  private readonly status = make('p', { class: 'status' });
  private readonly named: string;
  private made: HTMLElement | null = null;

  constructor(
    readonly place: number,
    readonly edit: Edit,
    count: number | null,
    private readonly sources: readonly Source[],
    private readonly texts: Texts,
    private readonly acts: Acts | null = null,
  ) {
    const kind = edit.text === undefined ? 'comment' : 'change';
    this.named = count === null ? texts.get(`${kind}_found`, { number: place + 1 }) : texts.get(kind, { number: place + 1, count });
  }

  /** Built on first use: of hundreds of cards, most are never looked at. */
  get element(): HTMLElement {
    if (!this.made) {
      this.made = this.make();
      this.render();
    }
    return this.made;
  }

  /** Shows the decision and the buttons that go with it; there are none before the result is there. */
  decide(decision: Decision): void {
    this.decision = decision;
    this.say(decision === 'open' ? '' : this.texts.get(decision));
    if (this.made) this.render();
  }

  busy(): void {
    this.say(this.texts.get('applying'));
    this.buttons.replaceChildren();
  }

  /** Says why an edit was not made. It stays open, so the person can still decide. */
  skip(why: Exclude<Placed, 'made'>): void {
    this.decide('open');
    this.say(this.texts.get(why), true);
  }

  say(text: string, isProblem = false): void {
    this.status.textContent = text;
    this.status.classList.toggle('bad', isProblem);
  }

  focus(): void {
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
    );
  }

  private render(): void {
    this.made!.dataset.decision = this.decision;
    this.made!.classList.toggle('decided', this.decision !== 'open');
    if (!this.acts) return;
    const acts: Act[] = this.decision === 'open' ? ['accept', 'reject'] : ['undo'];
    if (this.acts.canJump) acts.push('jump');
    this.buttons.replaceChildren(...acts.map((act) => this.button(act)));
  }

  private button(act: Act): HTMLElement {
    const look = act === 'accept' ? 'primary' : act === 'jump' ? 'subtle' : 'outline';
    return button({
        appearance: look,
        size: 'small',
        'data-act': act,
        'aria-label': `${this.texts.get(act)}: ${this.named}`,
        click: () => this.acts?.act(this, act),
      },
      this.texts.get(act),
    );
  }

  /** Both texts in one: deleted words struck out, new words beside them; one after the other where little is kept. */
  private difference(after: string): Node[] {
    const { before } = this.edit;
    const laid = segments(before, after);
    const same = laid.reduce((sum, one) => (one.kind === 'same' ? sum + one.text.length : sum), 0);
    const isRewritten = laid.length > MOST_PARTS && same < LEAST_SHARE_KEPT * Math.max(before.length, after.length);
    const parts: readonly Segment[] = isRewritten
      ? [{ kind: 'deleted', text: before }, { kind: 'same', text: ' ' }, { kind: 'inserted', text: after }]
      : laid;
    const row = (one: Segment, at: number): Node => {
      if (one.kind === 'same') return this.shown(shortened(one.text, at > 0, at < parts.length - 1));
      const spoken = make('span', { class: 'unseen' }, ` ${this.texts.get(one.kind)} `);
      return make(one.kind === 'deleted' ? 'del' : 'ins', {}, spoken, this.shown(one.text));
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

/** Returns a document's text with a small sign where a note, picture, field or formula stands, which says so. */
export function shown(text: string, texts: Texts): Node {
  const all = document.createDocumentFragment();
  const named = texts.get('object');
  text.split(ATOM).forEach((part, at) => {
    if (at) all.append(make('span', { class: 'object', role: 'img', title: named, 'aria-label': named }, OBJECT_SIGN));
    all.append(part);
  });
  return all;
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
