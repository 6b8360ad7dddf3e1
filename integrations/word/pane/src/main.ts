/** Starts the pane where it was opened: in Word, or in a browser. */

import '@fluentui/web-components/button/define.js';
import '@fluentui/web-components/progress-bar/define.js';

import { Api, type TokenProvider } from './api';
import { App } from './app';
import { FileHost } from './fileHost';
import type { Host } from './host';
import { isInsideWord, loadOffice } from './office';
import { Texts } from './strings';
import { followTheme } from './theme';
import { type Config, FirstOf, SessionTokens, TypedTokens } from './tokens';

async function openHost(isWord: boolean): Promise<Host> {
  if (!isWord) return new FileHost(sessionStorage);
  const { WordHost } = await import('./wordHost');
  return new WordHost((version) => Office.context.requirements.isSetSupported('WordApi', version));
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

async function start(): Promise<void> {
  const isWord = isInsideWord(location.search);
  if (isWord) await loadOffice();
  followTheme(isWord ? Office.context.officeTheme?.bodyBackgroundColor : '');
  const texts = new Texts(isWord ? Office.context.displayLanguage : navigator.language);
  document.documentElement.lang = texts.language;
  const typed = new TypedTokens(sessionStorage);
  const [host, tokens] = await Promise.all([openHost(isWord), openTokens(typed, isWord)]);
  const api = new Api(tokens, new URL('../api/v1/', location.href).href);
  const wanted = new URLSearchParams(location.search).get('recipe') ?? '';
  const pane = document.getElementById('pane')!;
  await new App(pane, api, host, typed, texts, wanted).begin();
  performance.mark('inlaid-interactive');
}

void start();
