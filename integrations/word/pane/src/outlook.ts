/** Starts the pane in Outlook, beside a mail that is read or written, and follows when another mail is chosen. */

import { Api } from './api';
import { button, make } from './dom';
import { asFailure, failureBar } from './failures';
import { canOutlook, openItem, type ReadMail } from './mailItem';
import { MailTexts } from './mailStrings';
import { Failure, type Recipe } from './model';
import { loadOffice } from './office';
import { apiUrl, openTokens, showFailure } from './opening';
import type { ReadApp } from './readApp';
import { followTheme } from './theme';
import { TypedTokens } from './tokens';

const LEAST_MAILBOX = '1.5';
// For so many mails the pane keeps what was done while it stays open.
const MOST_KEPT = 20;

class Outlook {
  private recipes: Recipe[] = [];
  private turn = 0;
  private readonly kept = new Map<string, ReadApp>();

  constructor(
    private readonly pane: HTMLElement,
    private readonly api: Api,
    private readonly typed: TypedTokens,
    private readonly texts: MailTexts,
  ) {}

  async begin(): Promise<void> {
    this.show(make('p', { class: 'lead' }, this.texts.get('loading')));
    try {
      this.recipes = await this.api.recipes(true);
    } catch (error) {
      return this.fail(error, () => void this.begin());
    }
    await this.open();
  }

  /** Shows what belongs to the mail that is open now. */
  async open(): Promise<void> {
    const turn = ++this.turn;
    try {
      const item = openItem();
      if (item.kind === 'compose') {
        const { compose } = await import('./composeApp');
        return await compose(this.pane, item.item, this.api, this.typed, this.texts);
      }
      const shown = item.kind === 'read' ? (await this.readApp(item.mail)).element : this.nothing(item.kind);
      // Another mail may have been chosen meanwhile.
      if (turn === this.turn) this.show(shown);
    } catch (error) {
      if (turn === this.turn) this.fail(error, () => void this.open());
    }
  }

  /** Returns what was done for this mail, while it is among the newest. */
  private async readApp(mail: ReadMail): Promise<ReadApp> {
    const app = this.kept.get(mail.id) ?? (await this.beside(mail));
    this.kept.delete(mail.id);
    this.kept.set(mail.id, app);
    for (const id of [...this.kept.keys()].slice(0, -MOST_KEPT)) this.kept.delete(id);
    return app;
  }

  private async beside(mail: ReadMail): Promise<ReadApp> {
    const { ReadApp } = await import('./readApp');
    const app: ReadApp = new ReadApp(mail, this.api, this.recipes, this.texts, (then) =>
      // Another mail may have been chosen meanwhile: its own pane is shown, and the work on this one goes on unseen.
      this.askToken(() => {
        void this.open();
        then();
      }),
    );
    return app;
  }

  private nothing(kind: 'none' | 'other'): HTMLElement {
    const what = this.texts.say(kind === 'none' ? 'noMail' : 'notAMail');
    const step = make('p', {}, this.texts.say('fix_noMail'));
    return make('div', { class: 'bar', role: 'status' }, make('p', { class: 'what' }, what), step);
  }

  private fail(error: unknown, again: () => void): void {
    const failure = asFailure(error);
    if (failure.code === 'token') return this.askToken(again);
    const bar = failureBar(failure, this.texts, { label: this.texts.get('tryAgain'), take: again });
    this.show(bar);
    bar.focus();
  }

  private askToken(then: () => void): void {
    const form = tokenForm(this.typed, this.texts, then);
    this.show(form);
    form.querySelector('input')?.focus();
  }

  private show(element: HTMLElement): void {
    this.pane.replaceChildren(make('h1', {}, this.texts.get('title')), element);
  }
}

function tokenForm(typed: TypedTokens, texts: MailTexts, then: () => void): HTMLElement {
  const input = make('input', { id: 'token', type: 'password', autocomplete: 'off' }) as HTMLInputElement;
  const go = (event: Event): void => {
    event.preventDefault();
    if (!input.value.trim()) return;
    typed.set(input.value.trim());
    then();
  };
  return make(
    'form',
    { class: 'start', submit: go },
    failureBar(new Failure('token', ''), texts, null),
    make('div', { class: 'field' }, make('label', { for: 'token' }, texts.get('token')), input),
    button({ appearance: 'primary', type: 'submit' }, texts.get('continue')),
  );
}

async function start(pane: HTMLElement): Promise<void> {
  await loadOffice('Outlook');
  followTheme(Office.context.officeTheme?.bodyBackgroundColor);
  const texts = new MailTexts(Office.context.displayLanguage);
  document.documentElement.lang = texts.language;
  if (!canOutlook(LEAST_MAILBOX)) throw new Failure('old', '');
  const typed = new TypedTokens(sessionStorage);
  const api = new Api(await openTokens(typed, true), apiUrl(), undefined, 'outlook');
  const outlook = new Outlook(pane, api, typed, texts);
  await outlook.begin();
  // A pane that is pinned stays open while another mail is chosen.
  Office.context.mailbox.addHandlerAsync(Office.EventType.ItemChanged, () => void outlook.open());
  performance.mark('inlaid-interactive');
}

const pane = document.getElementById('pane')!;
start(pane).catch((error: unknown) => showFailure(pane, error, new MailTexts(navigator.language)));
