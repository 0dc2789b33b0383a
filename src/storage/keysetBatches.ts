/**
 * All rows of a list that is in order of `id`, in batches, none of them empty. Each is a statement of its own that starts after the last id: no transaction is held open while a reader takes its time.
 * @param read the next rows after an id, as many as a batch has unless there are no more
 */
export async function* keysetBatches<Row extends { readonly id: string }>(
  batch: number,
  read: (after: string) => Promise<Row[]>,
): AsyncGenerator<Row[], void, undefined> {
  for (let after = ''; ; ) {
    const rows = await read(after);
    if (rows.length > 0) yield rows;
    if (rows.length < batch) return;
    after = rows[rows.length - 1].id;
  }
}
