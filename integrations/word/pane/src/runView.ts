/** While a job runs: how far it is, what is being written, and Cancel. */

import { Card } from './cards';
import { announce, button, make } from './dom';
import type { Edit } from './model';
import type { Texts } from './strings';

const SHOWN_CHARS = 600;
const MOST_SHOWN = 50;
// Earlier, or for less work, any time told is a guess.
const LEAST_SEEN_SECONDS = 2;
const LEAST_SEEN = 3;
const LEAST_LEFT_SECONDS = 10;

export class RunView {
  readonly element: HTMLElement;
  private readonly step: HTMLElement;
  private readonly bar = make('progress', {});
  private readonly live = make('p', { class: 'live', 'aria-hidden': 'true' });
  private readonly line = make('p', { class: 'status bad', role: 'status' });
  private readonly button: HTMLElement;
  private readonly found = make('ol', { class: 'cards' });
  private readonly seen = new Set<string>();
  private written = '';
  private isUp = true;
  /** The first progress that was reported, and when. */
  private first: { done: number; at: number } | null = null;

  constructor(
    private readonly texts: Texts,
    cancel: () => void,
  ) {
    this.step = make('h2', { tabindex: -1 }, texts.get('working'));
    this.bar.setAttribute('aria-label', texts.get('working'));
    this.button = button({ id: 'cancel', appearance: 'outline', click: cancel }, texts.get('cancel'));
    this.element = make('section', { class: 'run' }, this.step, this.bar, this.line, this.live, this.button, this.found);
    announce(texts.get('working'));
  }

  focus(): void {
    this.step.focus();
  }

  state(state: string): void {
    this.say(this.texts.get(state === 'queued' ? 'queued' : 'working'));
  }

  progress(done: number, total: number): void {
    if (total === 0) return;
    this.bar.setAttribute('max', String(total));
    this.bar.setAttribute('value', String(done));
    const left = this.timeLeft(done, total);
    this.say(this.texts.get('progress', { done, total }) + (left ? `, ${left}` : ''));
  }

  /** Returns how long it may still take, in words; "" while that is not known or not worth telling. */
  private timeLeft(done: number, total: number): string {
    this.first ??= { done, at: performance.now() };
    const seconds = (performance.now() - this.first.at) / 1000;
    const since = done - this.first.done;
    if (seconds < LEAST_SEEN_SECONDS || since < LEAST_SEEN) return '';
    const left = (seconds / since) * (total - done);
    if (left < LEAST_LEFT_SECONDS) return '';
    if (left < 55) return this.texts.get('secondsLeft', { count: Math.ceil(left / 10) * 10 });
    const minutes = Math.round(left / 60);
    return minutes <= 1 ? this.texts.get('minutesLeft_one') : this.texts.get('minutesLeft', { count: minutes });
  }

  token(text: string): void {
    this.written = (this.written + text).slice(-SHOWN_CHARS);
    this.live.textContent = this.written;
  }

  /** Shows a change that was found, to be read while the rest is looked for; it is decided about at the end. */
  edit(edit: Edit): void {
    if (this.seen.has(edit.id) || this.seen.size >= MOST_SHOWN) return;
    this.seen.add(edit.id);
    this.live.remove();
    this.found.append(new Card(this.seen.size - 1, edit, [], this.texts).element);
  }

  connection(isUp: boolean): void {
    if (isUp === this.isUp) return;
    this.isUp = isUp;
    this.line.textContent = isUp ? '' : this.texts.get('lineLost');
    announce(this.texts.get(isUp ? 'lineBack' : 'lineLost'));
  }

  cancelling(): void {
    this.say(this.texts.get('cancelling'));
    this.button.setAttribute('disabled', '');
  }

  /** Says why the job goes on, and lets the person try again. */
  notCancelled(why: string): void {
    this.line.textContent = why;
    this.button.removeAttribute('disabled');
  }

  private say(text: string): void {
    if (this.step.textContent !== text) this.step.textContent = text;
  }
}
