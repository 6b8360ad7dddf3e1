/** How the pane authenticates: signed in at Microsoft, by a session of this machine, or by a typed token. */

import type { TokenProvider } from './api';
import { Failure } from './model';

const STORED = 'inlaid.token';

/** What the server says about itself before anybody is known. */
export interface Config {
  client_id: string;
  authority: string;
}

/** A token that a person typed in; it lasts as long as the window. */
export class TypedTokens implements TokenProvider {
  constructor(private readonly storage: Storage) {}

  get has(): boolean {
    return this.storage.getItem(STORED) !== null;
  }

  set(token: string): void {
    this.storage.setItem(STORED, token);
  }

  async token(renew: boolean): Promise<string> {
    const token = this.storage.getItem(STORED);
    if (renew || !token) {
      this.storage.removeItem(STORED);
      throw new Failure('token', '');
    }
    return token;
  }
}

/** A session that the server gives a browser that is signed in to the console on the same machine. */
export class SessionTokens implements TokenProvider {
  private session: Promise<string> | null = null;

  constructor(
    private readonly url: string,
    private readonly send: typeof fetch = (...asked) => fetch(...asked),
  ) {}

  async token(renew: boolean): Promise<string> {
    if (renew || !this.session) this.session = this.open();
    try {
      return await this.session;
    } catch (error) {
      this.session = null;
      throw error;
    }
  }

  private async open(): Promise<string> {
    let answer: Response;
    try {
      answer = await this.send(this.url, { method: 'POST', credentials: 'same-origin' });
    } catch {
      throw new Failure('offline', '');
    }
    if (answer.status === 403) throw new Failure('token', '');
    if (!answer.ok) throw new Failure('outage', '');
    return ((await answer.json()) as { token: string }).token;
  }
}

/** Asks the first provider that can answer; the next one only when that knows nobody. */
export class FirstOf implements TokenProvider {
  isMicrosoft = false;

  constructor(private readonly providers: readonly TokenProvider[]) {}

  async token(renew: boolean, claims?: string): Promise<string> {
    let refused: unknown = new Failure('token', '');
    for (const provider of this.providers) {
      try {
        const token = await provider.token(renew, claims);
        this.isMicrosoft = provider.isMicrosoft ?? false;
        return token;
      } catch (error) {
        refused = error;
        if (!(error instanceof Failure) || error.code !== 'token') throw error;
      }
    }
    throw refused;
  }
}
