/** Starts the pane where it was opened: in Word, or in a browser. */

import { Api } from './api';
import { App, type Screens } from './app';
import { type AskedHere, AskView } from './askView';
import { FileHost } from './fileHost';
import { HereView } from './hereView';
import type { Host, OpenDocument } from './host';
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
  const isSupported = (version: string, set = 'WordApi'): boolean => Office.context.requirements.isSetSupported(set, version);
  if (!isSupported(LEAST_WORD_API)) throw new Failure('old', '');
  const { WordHost } = await import('./wordHost');
  return new WordHost(isSupported);
}

function askedOf(api: Api, open: OpenDocument, texts: Texts): AskedHere {
  return {
    here: texts.get('askDocument'),
    ask: async (question, follows, key) => api.askDocument(question, follows, await open.paragraphs(), key),
    find: (quote) => open.find(quote),
  };
}

async function start(pane: HTMLElement): Promise<void> {
  const isWord = isInsideWord(location.search);
  if (isWord) await loadOffice('Word');
  followTheme(isWord ? Office.context.officeTheme?.bodyBackgroundColor : '');
  // The page that leads here says which language the person has chosen there.
  const chosen = new URLSearchParams(location.search).get('lang') ?? navigator.language;
  const texts = new Texts(isWord ? Office.context.displayLanguage : chosen);
  document.documentElement.lang = texts.language;
  const typed = new TypedTokens(sessionStorage);
  const [host, tokens] = await Promise.all([openHost(isWord), openTokens(typed, isWord)]);
  const api = new Api(tokens, apiUrl());
  const wanted = new URLSearchParams(location.search).get('recipe') ?? '';
  /** One for as long as the pane is open, so that a conversation outlasts the work on the document. */
  let asking: AskView | null = null;
  let here: HereView | null = null;
  const below = (screens: Screens): HTMLElement[] => {
    const open = host.open;
    if (api.canAsk) asking ??= new AskView(api, host, texts, open && askedOf(api, open, texts));
    const insert = api.insertRecipe;
    if (open && insert) here ??= new HereView(api, open, insert, texts);
    return [...(here ? [here.on(screens)] : []), ...(asking ? [asking.on(screens)] : []), new SourcesView(api, host, texts).element];
  };
  await new App(pane, api, host, typed, texts, wanted, { below }).begin();
  performance.mark('inlaid-interactive');
}

const pane = document.getElementById('pane')!;
start(pane).catch((error: unknown) => showFailure(pane, error, new Texts(navigator.language)));
