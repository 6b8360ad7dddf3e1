import { describe, expect, it } from 'vitest';

import { withNames } from '../src/askView';
import type { Source } from '../src/model';

const source = (number: number, title: string): Source => ({ number, title, link: '', quote: 'q', supports: 's' });

describe('an answer in a document', () => {
  it('names its sources in place of their numbers', () => {
    const sources = [source(1, 'Handbook, Leave'), source(12, 'Memo [2026]')];
    expect(withNames('28 days. [1]\n- As of 2026: [12]', sources)).toBe('28 days. (Handbook, Leave)\n- As of 2026: (Memo [2026])');
  });

  it('leaves numbers that are no citation as they are', () => {
    expect(withNames('See clause [3] of it. [1]', [source(1, '$1 & more')])).toBe('See clause [3] of it. ($1 & more)');
  });
});
