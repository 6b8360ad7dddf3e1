/** Starts the pane where it was opened: in Word, or in a browser. */

import { Api } from './api';
import { App } from './app';
import { AskView } from './askView';
import { FileHost } from './fileHost';
import type { Host } from './host';
import { Failure } from './model';
import { isInsideWord, loadOffice } from './office';
import { apiUrl, openTokens, showFailure } from './opening';
import { SourcesView } from './sourcesView';
import { Texts } from './strings';
import { followTheme } from './theme';
import { TypedTokens } from './tokens';

// The manifest asks for it; Word opens the pane all the same when it was added by hand.
const LEAST_WORD_API = '1.3';

async function openHost(isWord: boolean): Promise<Host> {
  if (!isWord) return new FileHost(sessionStorage);
  const isSupported = (version: string): boolean => Office.context.requirements.isSetSupported('WordApi', version);
  if (!isSupported(LEAST_WORD_API)) throw new Failure('old', '');
  const { WordHost } = await import('./wordHost');
  return new WordHost(isSupported);
}

async function start(pane: HTMLElement): Promise<void> {
  const isWord = isInsideWord(location.search);
  if (isWord) await loadOffice('Word');
  followTheme(isWord ? Office.context.officeTheme?.bodyBackgroundColor : '');
  const texts = new Texts(isWord ? Office.context.displayLanguage : navigator.language);
  document.documentElement.lang = texts.language;
  const typed = new TypedTokens(sessionStorage);
  const [host, tokens] = await Promise.all([openHost(isWord), openTokens(typed, isWord)]);
  const api = new Api(tokens, apiUrl());
  const wanted = new URLSearchParams(location.search).get('recipe') ?? '';
  /** One for as long as the pane is open, so that a conversation outlasts the work on the document. */
  let asking: AskView | null = null;
  const below = (): HTMLElement[] => {
    if (api.canAsk) asking ??= new AskView(api, host, texts);
    return [...(asking ? [asking.element] : []), new SourcesView(api, host, texts).element];
  };
  await new App(pane, api, host, typed, texts, wanted, { below }).begin();
  performance.mark('inlaid-interactive');
}

const pane = document.getElementById('pane')!;
start(pane).catch((error: unknown) => showFailure(pane, error, new Texts(navigator.language)));
