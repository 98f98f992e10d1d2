import pino from 'pino';
import { migrate } from '../../../sidecar/store/migrate';
import { createTestDatabase } from '../../support/postgres';

const log = pino({ level: 'silent' });
test('two starters at once both succeed', async () => {
  const database = await createTestDatabase('empty');
  const applied = await Promise.all([
    migrate(database.databaseUrl, { log }),
    migrate(database.databaseUrl, { log }),
  ]);
  expect(applied.flat()).toEqual(['0001-schema']);
  await database.drop();
});
