/** Starts the pane where it was opened: in Word, or in a browser. */

import '@fluentui/web-components/button/define.js';
import '@fluentui/web-components/progress-bar/define.js';

import { Api, type TokenProvider } from './api';
import { App } from './app';
import { make } from './dom';
import { asFailure, failureBar } from './failures';
import { FileHost } from './fileHost';
import type { Host } from './host';
import { Failure } from './model';
import { isInsideWord, loadOffice } from './office';
import { Texts } from './strings';
import { followTheme } from './theme';
import { type Config, FirstOf, SessionTokens, TypedTokens } from './tokens';

// The manifest asks for it; Word opens the pane all the same when it was added by hand.
const LEAST_WORD_API = '1.3';

async function openHost(isWord: boolean): Promise<Host> {
  if (!isWord) return new FileHost(sessionStorage);
  const isSupported = (version: string): boolean => Office.context.requirements.isSetSupported('WordApi', version);
  if (!isSupported(LEAST_WORD_API)) throw new Failure('old', '');
  const { WordHost } = await import('./wordHost');
  return new WordHost(isSupported);
}

/** Signing in at Microsoft goes first in Word; in a browser the session of this machine, which asks nobody, does. */
async function openTokens(typed: TypedTokens, isWord: boolean): Promise<TokenProvider> {
  const session = new SessionTokens(new URL('../api/v1/session', location.href).href);
  const config = await readConfig();
  if (!config?.client_id) return new FirstOf(typed.has ? [typed, session] : [session, typed]);
  const { EntraTokens } = await import('./entra');
  const entra = new EntraTokens(config, isWord);
  return new FirstOf(isWord ? [typed, entra] : [typed, session, entra]);
}

async function readConfig(): Promise<Config | null> {
  try {
    return (await (await fetch('config.json')).json()) as Config;
  } catch {
    return null;
  }
}

async function start(pane: HTMLElement): Promise<void> {
  const isWord = isInsideWord(location.search);
  if (isWord) await loadOffice();
  followTheme(isWord ? Office.context.officeTheme?.bodyBackgroundColor : '');
  const texts = new Texts(isWord ? Office.context.displayLanguage : navigator.language);
  document.documentElement.lang = texts.language;
  const typed = new TypedTokens(sessionStorage);
  const [host, tokens] = await Promise.all([openHost(isWord), openTokens(typed, isWord)]);
  const api = new Api(tokens, new URL('../api/v1/', location.href).href);
  const wanted = new URLSearchParams(location.search).get('recipe') ?? '';
  await new App(pane, api, host, typed, texts, wanted).begin();
  performance.mark('inlaid-interactive');
}

/** Says why the pane does not start, with the next step. */
function showFailure(pane: HTMLElement, error: unknown): void {
  followTheme();
  const texts = new Texts(navigator.language);
  document.documentElement.lang = texts.language;
  const page = location.href.replace(/[?#].*/, '');
  const found = asFailure(error);
  const { code } = found;
  const failure =
    code === 'old' ? new Failure('start', texts.get('error_old'), texts.get('fix_old', { address: page })) : found;
  const step =
    code === 'outside'
      ? { label: texts.get('openPage'), take: () => location.assign(page) }
      : { label: texts.get('tryAgain'), take: () => location.reload() };
  const bar = failureBar(failure, texts, code === 'old' ? null : step);
  pane.replaceChildren(make('h1', {}, texts.get('title')), bar);
  bar.focus();
}

const pane = document.getElementById('pane')!;
start(pane).catch((error: unknown) => showFailure(pane, error));
