/** The pane beside a mail that is written: its open questions, and what can be done with its text. */

import type { Api } from './api';
import { App, type Screens } from './app';
import { AskView } from './askView';
import { ComposeHost } from './composeHost';
import { GapsView } from './gapsView';
import type { MailTexts } from './mailStrings';
import type { TypedTokens } from './tokens';

/** Shows it in the pane. */
export async function compose(
  pane: HTMLElement,
  item: Office.MessageCompose,
  api: Api,
  typed: TypedTokens,
  texts: MailTexts,
): Promise<void> {
  const host = new ComposeHost(item, { bodyOnly: texts.say('bodyOnly'), selectMore: texts.say('selectMore') });
  const gaps = new GapsView(host, texts);
  // One for as long as the pane is open, so that a conversation outlasts the work on the mail.
  const asking = api.canAsk ? [new AskView(api, host, texts)] : [];
  const around = {
    above: () => {
      // A body that cannot be read is reported only when it is needed.
      gaps.look().catch((error: unknown) => console.warn(error));
      return [gaps.element];
    },
    below: (screens: Screens) => asking.map((one) => one.on(screens)),
    fits: ({ apply_to }: { apply_to: string }) => apply_to === 'paragraphs',
  };
  await new App(pane, api, host, typed, texts, '', around).begin();
}
