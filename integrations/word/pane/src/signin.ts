/** The window that signs in where neither nested app authentication nor Office's own sign-in works. */

import { createStandardPublicClientApplication } from '@azure/msal-browser';

import { pageUrl, scopesOf } from './entra';
import { asFailure, wording } from './failures';
import { loadOffice } from './office';
import { Texts } from './strings';
import type { Config } from './tokens';

async function signIn(): Promise<void> {
  try {
    await loadOffice('Word', 'Outlook');
  } catch (error) {
    // Without office.js the waiting pane cannot be told: the person closes the window, and the pane explains.
    const { message, fix } = wording(asFailure(error), new Texts(navigator.language));
    document.body.append(`${message} ${fix}`);
    return;
  }
  try {
    const config = (await (await fetch(pageUrl('config.json'))).json()) as Config;
    const application = await createStandardPublicClientApplication({
      auth: { clientId: config.client_id, authority: config.authority, redirectUri: pageUrl('signin.html') },
    });
    const answer = await application.handleRedirectPromise();
    if (answer) tell({ token: answer.accessToken });
    else await application.acquireTokenRedirect({ scopes: scopesOf(config) });
  } catch (error) {
    tell({ error: error instanceof Error ? error.message : '' });
  }
}

function tell(message: { token?: string; error?: string }): void {
  Office.context.ui.messageParent(JSON.stringify(message), { targetOrigin: location.origin });
}

void signIn();
