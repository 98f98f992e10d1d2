/** What an operator reads when the lists go and come back in other ways than one after the other. */
import { createListOutages, type ListName } from '../../../sidecar/bbb-api/list-outages';
import { TerminalError, TransientError } from '../../../sidecar/errors';
import type { Log } from '../../../sidecar/log';

function listen() {
  const told: string[] = [];
  const at =
    (level: string) =>
    ({ errors }: { errors: Readonly<Record<string, string>> }): void =>
      void told.push([level, ...Object.values(errors)].join(' '));
  const log = { warn: at('warn'), info: at('info'), debug: at('debug') } as unknown as Log;
  const tell = createListOutages(log);
  return {
    told,
    tell: (failed: Partial<Record<ListName, Error>>) => tell(new Map(Object.entries(failed)) as never),
  };
}

test('a fault that becomes another one is news; another wording of the same is none', () => {
  const { told, tell } = listen();
  tell({ getMeetings: new TransientError('no connection') });
  tell({ getMeetings: new TransientError('left alone for a moment') });
  tell({ getMeetings: new TerminalError('checksumError') });
  tell({ getMeetings: new TerminalError('checksumError') });
  tell({});
  tell({});
  expect(told).toEqual([
    'warn no connection',
    'debug left alone for a moment',
    'warn checksumError',
    'debug checksumError',
    'info',
  ]);
});

test('one comes back in the reading in which the other goes: both are told', () => {
  const { told, tell } = listen();
  tell({ getMeetings: new TransientError('no connection') });
  tell({ analytics: new TransientError('no answer') });
  expect(told).toEqual(['warn no connection', 'info no answer', 'warn no answer']);
});
