/** Equal corrections as one entry of the list: decided together, or opened and decided one by one. */

import type { Card } from './cards';
import { shown } from './documentText';
import { button, make } from './dom';
import type { EqualEdits } from './equalEdits';
import type { Act } from './parts';
import type { Texts } from './strings';

export class GroupView {
  readonly element: HTMLElement;
  private readonly status = make('p', { class: 'status' });
  private readonly buttons = make('div', { class: 'buttons' });
  private readonly each: HTMLDetailsElement;
  private readonly named: string;
  private shownOpen = -1;

  constructor(
    number: number,
    private readonly equal: EqualEdits,
    private readonly cards: readonly Card[],
    private readonly texts: Texts,
    private readonly act: (cards: Card[], what: Act) => void,
  ) {
    const { pairs, comment, places } = equal;
    const said = comment || pairs.map((pair) => pair.join(' → ')).join(', ');
    this.named = texts.get('equal', { count: places.length, said });
    const id = `group-${number}`;
    this.each = make(
      'details',
      { toggle: () => this.fill() },
      make('summary', {}, texts.get('showEach')),
    ) as HTMLDetailsElement;
    this.element = make(
      'li',
      { class: 'card group', id, 'aria-label': this.named, tabindex: -1 },
      make('h3', {}, `${places.length} × `, ...(comment ? [comment] : pairs.flatMap((pair, at) => this.pair(pair, at > 0)))),
      this.status,
      this.buttons,
      this.each,
    );
    this.refresh();
  }

  /** Shows what is decided of it now. */
  refresh(): void {
    const count = (decision: string): number => this.cards.filter((card) => card.decision === decision).length;
    const open = count('open');
    this.element.dataset.decision = open ? 'open' : count('accepted') ? 'accepted' : 'rejected';
    const values = { accepted: count('accepted'), rejected: count('rejected'), open };
    this.status.textContent = open === this.cards.length ? '' : this.texts.get('decided', values);
    if (open === this.shownOpen) return;
    this.shownOpen = open;
    const acts = ['accept', 'reject'] as const;
    this.buttons.replaceChildren(...(open ? acts.map((what) => this.button(what, open)) : []));
  }

  /** Opens the list of its cards, where one of them is to be shown. */
  open(): void {
    this.each.open = true;
    this.fill();
  }

  get isOpen(): boolean {
    return this.each.open;
  }

  focus(): void {
    (this.buttons.querySelector<HTMLElement>('button') ?? this.element).focus();
  }

  private fill(): void {
    if (!this.each.open || this.each.childElementCount > 1) return;
    this.each.append(make('ol', { class: 'cards' }, ...this.cards.map((card) => card.element)));
  }

  private button(what: 'accept' | 'reject', open: number): HTMLElement {
    const accept = this.equal.comment ? 'keepEqual' : 'acceptEqual';
    const text = this.texts.get(what === 'accept' ? accept : 'rejectEqual', { count: open });
    const click = (): void => this.act(this.cards.filter((card) => card.decision === 'open'), what);
    const appearance = what === 'accept' && !this.equal.comment ? 'primary' : 'outline';
    return button({ appearance, size: 'small', 'data-act': what, 'aria-label': `${text}: ${this.named}`, click }, text);
  }

  private pair([before, after]: [string, string], isFurther: boolean): Node[] {
    const parts = [make('del', {}, shown(before, this.texts)), ' → ', make('ins', {}, shown(after, this.texts))];
    return [...(isFurther ? [', '] : []), ...parts].map((one) => (typeof one === 'string' ? document.createTextNode(one) : one));
  }
}
