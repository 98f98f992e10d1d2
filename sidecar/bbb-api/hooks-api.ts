/** bbb-webhooks' calls, which come with BBB's API but from a service of their own; it decides nothing. */
import { TransientError } from '../errors';
import { type Caller, expectSuccess, keyOf, succeeded, textField } from './caller';
import { type Hook, readHooks } from './hook';

/** Each rejects with TransientError when bbb-webhooks is not there, with TerminalError when it refused the call. */
export interface HooksApi {
  /** For every event of every meeting. `isNew` false: this URL has a hook already. */
  createHook(callbackUrl: string): Promise<{ readonly hookId: string; readonly isNew: boolean }>;
  listHooks(): Promise<readonly Hook[]>;
  /** False: there was no such hook. */
  destroyHook(hookId: string): Promise<boolean>;
}

/** Its own circuit: a server without bbb-webhooks is not one without BBB. */
export function createHooksApi(caller: Caller): HooksApi {
  return {
    async createHook(callbackUrl) {
      const reply = await caller.act('hooks/create', { callbackURL: callbackUrl, getRaw: false });
      const hookId = textField(expectSuccess('hooks/create', reply), 'hookID');
      if (hookId === undefined) throw new TransientError('hooks/create: expected a hookID, got none');
      return { hookId, isNew: keyOf(reply) !== 'duplicateWarning' };
    },
    listHooks: async () => readHooks(expectSuccess('hooks/list', await caller.read('hooks/list'))),
    async destroyHook(hookId) {
      const reply = await caller.act('hooks/destroy', { hookID: hookId });
      if (!succeeded(reply) && keyOf(reply) === 'destroyMissingHook') return false;
      expectSuccess('hooks/destroy', reply);
      return true;
    },
  };
}
