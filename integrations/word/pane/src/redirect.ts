/** Where the sign-in service sends its window back to; it hands the answer to the page that opened it. */

import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge';

void broadcastResponseToMainFrame();
