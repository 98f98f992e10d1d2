/** Runs statements in one transaction on one connection of a pool; never retries, and never hands a broken connection back. */
import { type ClientBase, DatabaseError, type Pool } from 'pg';

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

/** Throws what `run` throws, or what the connection says; nothing holds then, unless only the answer to the commit was lost. */
export async function inTransaction<Result>(
  pool: Pool,
  run: (client: ClientBase) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that breaks between two statements says so here only; the next statement fails of it.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await run(client);
    await client.query('commit');
    return result;
  } catch (error) {
    // Over a connection that fell silent nothing more can be asked: it is closed, and the server takes everything back.
    if (error instanceof DatabaseError) await client.query('rollback').catch(onError);
    else broken = toError(error);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}
