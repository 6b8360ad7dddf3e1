/** Which ways of signing in this host has, best first. Pure. */

export type Way = 'nested' | 'office' | 'dialog' | 'popup';

export type IsSupported = (set: string, version: string) => boolean;

/** After these answers another way cannot help: the person has to act, or to wait. */
const FINAL_CODES = new Set([13001, 13002, 13006, 13008, 13010]);

export function signInWays(isInOffice: boolean, isSupported: IsSupported): Way[] {
  if (!isInOffice) return ['popup'];
  const ways: Way[] = [];
  if (isSupported('NestedAppAuth', '1.1')) ways.push('nested');
  if (isSupported('IdentityAPI', '1.3')) ways.push('office');
  if (isSupported('DialogApi', '1.2')) ways.push('dialog');
  return ways;
}

/** Tells whether to try another way after Office's sign-in ended with this code. */
export function triesAnotherWay(code: number): boolean {
  return !FINAL_CODES.has(code);
}
