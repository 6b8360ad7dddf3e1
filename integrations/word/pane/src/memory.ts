/** What is kept with the document while jobs are useful. Others may use it, too: each job is one person’s. */

import type { Decision } from './parts';

export interface Memory {
  job: string;
  name: string;
  accepted: number[];
  rejected: number[];
  /** Of paragraphs whose changes were not all decided alike, by place. */
  parts?: Record<number, Decision[]>;
  /** Whether the result is saved in a drive, not decided about here. */
  isLinked?: boolean;
}

// Other people's jobs cannot be looked up here and must not fill the document.
const MOST = 5;

/** Returns what is remembered, the newest first. */
export function readMemories(text: string): Memory[] {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return [];
  }
  const list = (Array.isArray(found) ? found : [found]) as (Partial<Memory> | null)[];
  return list.flatMap((one) => {
    if (typeof one?.job !== 'string') return [];
    const { job, name = '', accepted = [], rejected = [], parts = {}, isLinked = false } = one;
    return [{ job, name, accepted, rejected, parts, isLinked }];
  });
}

/** Returns the text to keep when a job is remembered; the others stay. */
export function withMemory(text: string, memory: Memory): string {
  const others = readMemories(text).filter(({ job }) => job !== memory.job);
  return JSON.stringify([memory, ...others].slice(0, MOST));
}

/** Returns the text to keep when a job is forgotten; "" for nothing. */
export function withoutMemory(text: string, job: string): string {
  const others = readMemories(text).filter((one) => one.job !== job);
  return others.length ? JSON.stringify(others) : '';
}
