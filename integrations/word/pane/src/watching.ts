/** Follows a job on a screen of its own, with its progress and Cancel. */

import type { Api } from './api';
import { asFailure, wording } from './failures';
import type { Job } from './model';
import { RunView } from './runView';
import { follow } from './stream';
import type { Texts } from './strings';

/** A screen, or a part of one, that takes the focus when it is shown. */
export interface View {
  element: HTMLElement;
  focus(): void;
}

/** Shows a job while it runs, and returns it when it has ended. */
export function watch(api: Api, texts: Texts, job: Job, show: (view: View) => void): Promise<Job> {
  const view: RunView = new RunView(texts, () => {
    view.cancelling();
    api.cancel(job.id).catch((error: unknown) => view.notCancelled(wording(asFailure(error), texts).message));
  });
  show(view);
  view.state(job.state);
  return ended(api, job, {
    onState: (state) => view.state(state),
    onStep: (_text, done, total) => view.progress(done, total),
    onToken: (text) => view.token(text),
    onEdit: (edit) => view.edit(edit),
    onConnection: (isUp) => view.connection(isUp),
  });
}

const UNSEEN = { onState: () => undefined, onStep: () => undefined, onToken: () => undefined, onConnection: () => undefined };

/** Returns a job when it has ended; `seen` is told what happens until then. */
export function ended(api: Api, job: Job, seen: Omit<Parameters<typeof follow>[0], 'open' | 'read' | 'wait'> = UNSEEN): Promise<Job> {
  return follow({
    ...seen,
    open: (lastId, signal) => api.events(job.id, lastId, signal),
    read: () => api.job(job.id),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
}
