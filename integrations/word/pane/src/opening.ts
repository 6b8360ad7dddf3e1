/** What all panes do when they open: find out who it is, and say why a pane does not start. */

import type { TokenProvider } from './api';
import { make } from './dom';
import { asFailure, failureBar } from './failures';
import { Failure } from './model';
import type { Texts } from './strings';
import { followTheme } from './theme';
import { type Config, FirstOf, SessionTokens, type TypedTokens } from './tokens';

/** The address of the job API, which lies beside the folder of each pane. */
export function apiUrl(): string {
  return new URL('../api/v1/', location.href).href;
}

/** In Office, signing in at Microsoft comes first; in a browser, the session of this machine, which asks nothing. */
export async function openTokens(typed: TypedTokens, isInOffice: boolean): Promise<TokenProvider> {
  const session = new SessionTokens(new URL('session', apiUrl()).href);
  const config = await readConfig();
  if (!config?.client_id) return new FirstOf(typed.has ? [typed, session] : [session, typed]);
  const { EntraTokens } = await import('./entra');
  const entra = new EntraTokens(config, isInOffice);
  return new FirstOf(isInOffice ? [typed, entra] : [typed, session, entra]);
}

async function readConfig(): Promise<Config | null> {
  try {
    return (await (await fetch(new URL('../word/config.json', location.href))).json()) as Config;
  } catch {
    return null;
  }
}

/** Says why the pane does not start, with the next step. */
export function showFailure(pane: HTMLElement, error: unknown, texts: Texts): void {
  followTheme();
  document.documentElement.lang = texts.language;
  const page = location.href.replace(/[?#].*/, '');
  const found = asFailure(error);
  const { code } = found;
  const failure =
    code === 'old' ? new Failure('start', texts.get('error_old'), texts.get('fix_old', { address: page })) : found;
  const isOutside = code === 'outside' && texts.get('openPage') !== '';
  const step = isOutside
    ? { label: texts.get('openPage'), take: () => location.assign(page) }
    : { label: texts.get('tryAgain'), take: () => location.reload() };
  const bar = failureBar(failure, texts, code === 'old' ? null : step);
  pane.replaceChildren(make('h1', {}, texts.get('title')), bar);
  bar.focus();
}
