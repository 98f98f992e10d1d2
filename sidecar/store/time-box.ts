/** Rejects when a promise takes longer than `limitMs`; the work behind it goes on. */
import type { Clock } from '../core/clock';

/** What `answer` says, or an Error once `limitMs` of the clock have gone by. */
export function timeBoxed<Answer>(answer: Promise<Answer>, limitMs: number, clock: Clock): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const limit = clock.schedule(limitMs, () => reject(new Error(`no answer within ${limitMs} ms`)));
    answer.then(
      (value) => {
        limit.cancel();
        resolve(value);
      },
      (error: unknown) => {
        limit.cancel();
        reject(error);
      },
    );
  });
}
