/** Where paragraphs stand in tables: a blank in a cell is called by what stands to its left. */

export interface Cell {
  /** Names the row among all of the document. */
  row: string;
  column: number;
}

/** Where a paragraph stands: `row` and `column` in its table, null outside of tables and in tables within tables. */
export type InTable = { row: number; column: number } | null;

const READ_AT_A_TIME = 500;

/** Returns the cell of each paragraph that stands in a table; `tableNestingLevel` is loaded of all. */
export async function cellsOf(context: Word.RequestContext, proxies: readonly Word.Paragraph[]): Promise<(Cell | null)[]> {
  const found: InTable[] = [];
  for (let at = 0; at < proxies.length; at += READ_AT_A_TIME) {
    const cells = proxies.slice(at, at + READ_AT_A_TIME).map((proxy) => {
      if (proxy.tableNestingLevel !== 1) return null;
      const cell = proxy.parentTableCell;
      cell.load('rowIndex,cellIndex');
      return cell;
    });
    if (cells.some(Boolean)) await context.sync();
    found.push(...cells.map((cell) => cell && { row: cell.rowIndex, column: cell.cellIndex }));
  }
  return named(found);
}

/** Names the rows: a table ends with the paragraphs outside of it, or where its rows begin anew. */
export function named(places: readonly InTable[]): (Cell | null)[] {
  let table = 0;
  return places.map((place, at) => {
    const before = places[at - 1] ?? null;
    if (place && (!before || place.row < before.row)) table += 1;
    return place && { row: `${table} ${place.row}`, column: place.column };
  });
}
