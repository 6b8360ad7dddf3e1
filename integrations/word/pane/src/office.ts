/** office.js, loaded only where Office opened the page: the manifests say so in the address. */

import { Failure } from './model';

const SOURCE = 'https://appsforoffice.microsoft.com/lib/1/hosted/office.js';
const LONGEST_WAIT_MILLISECONDS = 30_000;

export function isInsideWord(search: string): boolean {
  const asked = new URLSearchParams(search);
  return asked.get('host') === 'word' || asked.has('_host_Info');
}

/** Loads office.js and waits until the program around the page is ready.
 *
 * Fails with `office` when office.js cannot be loaded, with `outside` when no Office program shows the page.
 */
export async function loadOffice(...wanted: ('Word' | 'Outlook')[]): Promise<void> {
  await inTime(
    new Promise<void>((resolve, reject) => {
      const script = document.createElement('script');
      script.src = SOURCE;
      script.onload = () => resolve();
      script.onerror = () => reject(new Failure('office', ''));
      document.head.append(script);
    }),
    'office',
  );
  const { host } = await inTime(Office.onReady(), 'outside');
  if (!wanted.some((name) => host === Office.HostType[name])) throw new Failure('outside', '');
}

/** Waits with a limit: a network can swallow a request without a word. */
async function inTime<T>(work: Promise<T>, code: string): Promise<T> {
  let timer = 0;
  const late = new Promise<never>((_, reject) => {
    timer = window.setTimeout(() => reject(new Failure(code, '')), LONGEST_WAIT_MILLISECONDS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
