/** Keeps one entry that can never be stored from holding up the others; knows neither entries nor database. */

/**
 * Writes the batch, or, when its values are at fault, its halves, until what is at fault stands alone and is handed to `refuse`.
 * Order is kept. Any other error is thrown, and the whole batch is to be written again.
 */
export async function writeAllButFaulty<Entry>(
  batch: readonly Entry[],
  write: (batch: readonly Entry[]) => Promise<void>,
  isFault: (error: unknown) => boolean,
  refuse: (entry: Entry, error: unknown) => void,
): Promise<void> {
  if (batch.length === 0) return;
  try {
    await write(batch);
  } catch (error) {
    if (!isFault(error)) throw error;
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) return refuse(only, error);
    const half = Math.ceil(batch.length / 2);
    await writeAllButFaulty(batch.slice(0, half), write, isFault, refuse);
    await writeAllButFaulty(batch.slice(half), write, isFault, refuse);
  }
}
