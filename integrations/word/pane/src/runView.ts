/** While a job runs: how far it is, what is being written, and Cancel. */

import { announce, button, make } from './dom';
import type { Texts } from './strings';

const SHOWN_CHARS = 600;

export class RunView {
  readonly element: HTMLElement;
  private readonly step: HTMLElement;
  private readonly bar = make('fluent-progress-bar', { 'aria-label': '' });
  private readonly live = make('p', { class: 'live', 'aria-hidden': 'true' });
  private readonly line = make('p', { class: 'status bad', role: 'status' });
  private readonly button: HTMLElement;
  private written = '';
  private isUp = true;

  constructor(
    private readonly texts: Texts,
    cancel: () => void,
  ) {
    this.step = make('h2', { tabindex: -1 }, texts.get('working'));
    this.bar.setAttribute('aria-label', texts.get('working'));
    this.button = button({ id: 'cancel', appearance: 'outline', click: cancel }, texts.get('cancel'));
    this.element = make('section', { class: 'run' }, this.step, this.bar, this.line, this.live, this.button);
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
    this.say(this.texts.get('progress', { done, total }));
  }

  token(text: string): void {
    this.written = (this.written + text).slice(-SHOWN_CHARS);
    this.live.textContent = this.written;
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
