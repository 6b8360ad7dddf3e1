/** Signing in at Microsoft: nested app authentication, else Office's own single sign-on, else a window. */

import {
  type AuthenticationResult,
  createNestablePublicClientApplication,
  createStandardPublicClientApplication,
  InteractionRequiredAuthError,
  type IPublicClientApplication,
  type SilentRequest,
} from '@azure/msal-browser';

import type { TokenProvider } from './api';
import { Failure } from './model';
import { signInWays, triesAnotherWay, type Way } from './signinWays';
import type { Config } from './tokens';

/** Office's own single sign-on; its types come in a package of their own, for this one function. */
declare const OfficeRuntime: {
  auth: { getAccessToken(options: Record<string, unknown>): Promise<string> };
};

const DIALOG_CLOSED = 12006;
const SECONDS_BEFORE_END = 120;

export function scopesOf(config: Config): string[] {
  return [`api://${location.host}/${config.client_id}/access_as_user`];
}

/** All panes share the sign-in pages, since the app registration names them. */
export function pageUrl(name: string): string {
  return new URL(`../word/${name}`, location.href).href;
}

export class EntraTokens implements TokenProvider {
  readonly isMicrosoft = true;
  private application: Promise<IPublicClientApplication> | null = null;
  private last: { token: string; endsAt: number } | null = null;

  constructor(
    private readonly config: Config,
    private readonly isInOffice: boolean,
  ) {}

  async token(renew: boolean, claims?: string): Promise<string> {
    if (!renew && this.last && this.last.endsAt > Date.now()) return this.last.token;
    const isSupported = (set: string, version: string): boolean =>
      Office.context.requirements.isSetSupported(set, version);
    let failure: unknown = new Failure('signin', '');
    for (const way of signInWays(this.isInOffice, isSupported)) {
      try {
        return this.keep(await this.signIn(way, renew, claims));
      } catch (error) {
        failure = error;
        if (!goesOn(way, error)) break;
      }
    }
    throw failure instanceof Failure ? failure : new Failure('signin', messageOf(failure));
  }

  private keep(token: string): string {
    this.last = { token, endsAt: endOf(token) - SECONDS_BEFORE_END * 1000 };
    return token;
  }

  private signIn(way: Way, renew: boolean, claims?: string): Promise<string> {
    if (way === 'office') return officeToken(claims);
    if (way === 'dialog') return dialogToken();
    return this.msalToken(way, renew, claims);
  }

  private async msalToken(way: 'nested' | 'popup', renew: boolean, claims?: string): Promise<string> {
    const application = await (this.application ??= this.open(way));
    const account = application.getAllAccounts()[0];
    const asked = { scopes: scopesOf(this.config), ...(claims ? { claims } : {}) };
    try {
      if (account && !claims) return await silently(application, { ...asked, account, forceRefresh: renew });
      return (await application.ssoSilent({ ...asked, ...(await hintOf(this.isInOffice)) })).accessToken;
    } catch (error) {
      if (!needsPerson(error)) throw error;
      const answer: AuthenticationResult = await application.acquireTokenPopup(asked);
      return answer.accessToken;
    }
  }

  private open(way: 'nested' | 'popup'): Promise<IPublicClientApplication> {
    const make = way === 'nested' ? createNestablePublicClientApplication : createStandardPublicClientApplication;
    return make({
      auth: { clientId: this.config.client_id, authority: this.config.authority, redirectUri: pageUrl('redirect.html') },
      cache: { cacheLocation: way === 'nested' ? 'localStorage' : 'sessionStorage' },
    });
  }
}

async function silently(application: IPublicClientApplication, asked: SilentRequest): Promise<string> {
  return (await application.acquireTokenSilent(asked)).accessToken;
}

function needsPerson(error: unknown): boolean {
  // Outside Office a silent attempt also fails when the browser blocks the frame's cookies.
  return error instanceof InteractionRequiredAuthError || (error as { errorCode?: string }).errorCode === 'timed_out';
}

async function hintOf(isInOffice: boolean): Promise<{ loginHint?: string }> {
  if (!isInOffice || typeof Office.auth?.getAuthContext !== 'function') return {};
  const context = await Office.auth.getAuthContext();
  return context.userPrincipalName ? { loginHint: context.userPrincipalName } : {};
}

async function officeToken(claims?: string): Promise<string> {
  return OfficeRuntime.auth.getAccessToken({
    allowSignInPrompt: true,
    allowConsentPrompt: true,
    ...(claims ? { authChallenge: claims } : {}),
  });
}

function dialogToken(): Promise<string> {
  return new Promise((resolve, reject) => {
    Office.context.ui.displayDialogAsync(pageUrl('signin.html'), { height: 60, width: 30 }, (opened) => {
      if (opened.status !== Office.AsyncResultStatus.Succeeded) {
        reject(new Failure('signin', opened.error.message));
        return;
      }
      const dialog = opened.value;
      dialog.addEventHandler(Office.EventType.DialogMessageReceived, (message) => {
        dialog.close();
        const answer = JSON.parse('message' in message ? message.message : '{}') as { token?: string; error?: string };
        if (answer.token) resolve(answer.token);
        else reject(new Failure('signin', answer.error ?? ''));
      });
      dialog.addEventHandler(Office.EventType.DialogEventReceived, (event) => {
        const code = 'error' in event ? event.error : DIALOG_CLOSED;
        reject(new Failure(code === DIALOG_CLOSED ? 'cancelled' : 'signin', ''));
      });
    });
  });
}

function goesOn(way: Way, error: unknown): boolean {
  if (error instanceof Failure) return error.code !== 'cancelled';
  if (way === 'office') return triesAnotherWay(Number((error as { code?: number }).code));
  return (error as { errorCode?: string }).errorCode !== 'user_cancelled';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}

/** Returns when a token ends (Unix milliseconds). Nothing is trusted here: the server checks the token. */
function endOf(token: string): number {
  try {
    const payload = token.split('.')[1] ?? '';
    const claims = JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as { exp?: number };
    return (claims.exp ?? 0) * 1000;
  } catch {
    return 0;
  }
}
