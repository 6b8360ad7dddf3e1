/** One card for each suggested change. */

import { segments } from './diff';
import { button, link, make } from './dom';
import type { Placed } from './host';
import type { Edit, Finding, Source } from './model';
import type { Key, Texts } from './strings';

export type Decision = 'open' | 'accepted' | 'rejected';
export type Act = 'accept' | 'reject' | 'jump' | 'undo';

/** What a card's buttons do, and whether its place can be shown. */
export interface Acts {
  act: (card: Card, act: Act) => void;
  canJump: boolean;
}

const ATOM = '\ufffc';
// Unchanged text that is longer is shortened around the changes.
const LONGEST_SAME_CHARS = 160;
const KEPT_CHARS = 60;

export class Card {
  readonly element: HTMLElement;
  decision: Decision = 'open';
  private readonly buttons: HTMLElement;
  private readonly status: HTMLElement;
  private readonly named: string;

  constructor(
    readonly place: number,
    readonly edit: Edit,
    count: number,
    sources: readonly Source[],
    private readonly texts: Texts,
    private readonly acts: Acts,
  ) {
    const isComment = edit.text === undefined;
    this.named = texts.get(isComment ? 'comment' : 'change', { number: place + 1, count });
    const id = `card-${place}`;
    this.status = make('p', { class: 'status' });
    this.buttons = make('div', { class: 'buttons' });
    this.element = make(
      'li',
      { class: 'card', id, 'aria-labelledby': `${id}-name`, tabindex: -1 },
      make('h3', { id: `${id}-name` }, this.named),
      ...(isComment ? this.remark() : this.difference(edit.text!)),
      ...this.why(),
      ...this.grounds(sources),
      this.status,
      this.buttons,
    );
    this.decide('open');
  }

  /** Shows the decision and the buttons that go with it. */
  decide(decision: Decision): void {
    this.decision = decision;
    this.element.dataset.decision = decision;
    this.say(decision === 'open' ? '' : this.texts.get(decision));
    const acts: Act[] = decision === 'open' ? ['accept', 'reject'] : ['undo'];
    if (this.acts.canJump) acts.push('jump');
    this.buttons.replaceChildren(...acts.map((act) => this.button(act)));
  }

  busy(): void {
    this.say(this.texts.get('applying'));
    this.buttons.replaceChildren();
  }

  /** Says why an edit was not made; it stays open, so that the person can still decide. */
  skip(why: Exclude<Placed, 'made'>): void {
    this.decide('open');
    this.say(this.texts.get(why), true);
  }

  say(text: string, isProblem = false): void {
    this.status.textContent = text;
    this.status.classList.toggle('bad', isProblem);
  }

  focus(): void {
    const first = this.buttons.querySelector<HTMLElement>('fluent-button') ?? this.element;
    first.focus();
  }

  private button(act: Act): HTMLElement {
    const look = act === 'accept' ? 'primary' : act === 'jump' ? 'subtle' : 'outline';
    return button({
        appearance: look,
        size: 'small',
        'data-act': act,
        'aria-label': `${this.texts.get(act)}: ${this.named}`,
        click: () => this.acts.act(this, act),
      },
      this.texts.get(act),
    );
  }

  private difference(after: string): Node[] {
    const all = segments(this.edit.before, after);
    const side = (title: Key, kind: 'deleted' | 'inserted'): Node[] => [
      make('h4', {}, this.texts.get(title)),
      make(
        'p',
        { class: `text ${kind === 'deleted' ? 'old' : 'new'}` },
        ...all.flatMap((one, at): Node[] => {
          if (one.kind === 'same') return [this.shown(shortened(one.text, at > 0, at < all.length - 1))];
          if (one.kind !== kind) return [];
          const spoken = make('span', { class: 'unseen' }, ` ${this.texts.get(kind)} `);
          return [make(kind === 'deleted' ? 'del' : 'ins', {}, spoken, this.shown(one.text))];
        }),
      ),
    ];
    return [...side('before', 'deleted'), ...side('after', 'inserted')];
  }

  private remark(): Node[] {
    const beside = this.edit.quote || shortened(this.edit.before, false, true);
    return [
      make('h4', {}, this.texts.get('beside')),
      make('p', { class: 'text old' }, this.shown(beside)),
      make('h4', {}, this.texts.get('remark')),
      make('p', { class: 'text new' }, this.edit.comment),
    ];
  }

  private why(): Node[] {
    const findings = this.edit.findings.map((finding) => finding.sentence);
    const isSaid = this.edit.reason === findings.join(' ');
    return [
      ...(this.edit.reason && !isSaid
        ? [make('h4', {}, this.texts.get('reason')), make('p', {}, this.edit.reason)]
        : []),
      ...findingList(this.edit.findings, this.texts),
    ];
  }

  private grounds(sources: readonly Source[]): Node[] {
    const said = this.edit.text ?? this.edit.comment;
    return sourceList(
      sources.filter((source) => source.supports !== '' && said.includes(source.supports)),
      this.texts,
    );
  }

  private shown(text: string): Text {
    return document.createTextNode(text.replaceAll(ATOM, this.texts.get('object')));
  }
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
