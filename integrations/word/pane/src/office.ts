/** office.js, loaded only where Word opened the page: its manifest says so in the address. */

const SOURCE = 'https://appsforoffice.microsoft.com/lib/1/hosted/office.js';

export function isInsideWord(search: string): boolean {
  const asked = new URLSearchParams(search);
  return asked.get('host') === 'word' || asked.has('_host_Info');
}

/** Loads office.js and waits until Office is ready. */
export async function loadOffice(): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const script = document.createElement('script');
    script.src = SOURCE;
    script.onload = () => resolve();
    script.onerror = () => reject(new Error('office.js could not be loaded'));
    document.head.append(script);
  });
  await Office.onReady();
}
