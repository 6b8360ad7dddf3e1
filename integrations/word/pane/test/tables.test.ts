import { expect, test } from 'vitest';

import { named } from '../src/wordTables';

test('rows of one table have names of their own, and those of the next table others', () => {
  const cell = (row: number, column: number) => ({ row, column });
  const places = [null, cell(0, 0), cell(0, 1), cell(1, 0), cell(0, 0), null, cell(0, 0)];
  expect(named(places)).toEqual([
    null,
    { row: '1 0', column: 0 },
    { row: '1 0', column: 1 },
    { row: '1 1', column: 0 },
    { row: '2 0', column: 0 },
    null,
    { row: '3 0', column: 0 },
  ]);
});
