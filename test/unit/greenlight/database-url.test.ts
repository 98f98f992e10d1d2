/** The template for the tenants' databases: what is taken, what is refused, and what becomes of it. */
import { databaseUrlFor, isDatabaseUrlTemplate } from '../../../sidecar/greenlight/database-url';

it.each([
  [
    'postgres://reader:pw@127.0.0.1:5433/{database}',
    'postgres://reader:pw@127.0.0.1:5433/greenlight_north_1',
  ],
  ['postgresql://{tenant}.db.internal/greenlight', 'postgresql://north-1.db.internal/greenlight'],
  ['postgres://h/gl-{tenant}?sslmode=require', 'postgres://h/gl-north-1?sslmode=require'],
  ['postgres://{tenant}:p%40w@[::1]/{database}', 'postgres://north-1:p%40w@[::1]/greenlight_north_1'],
])('%s becomes %s', (template, url) => {
  expect(isDatabaseUrlTemplate(template)).toBe(true);
  expect(databaseUrlFor(template, 'north-1')).toBe(url);
});

it.each([
  ['', 'nothing'],
  ['postgres://reader@127.0.0.1/greenlight', 'one database for everybody'],
  ['postgres://reader@127.0.0.1/{Database}', 'an unknown placeholder'],
  ['postgres://reader@127.0.0.1/{database}{', 'a brace left over'],
  ['postgres://reader@127.0.0.1/{database}/more', 'a path that is no database'],
  ['postgres://{tenant}.db.internal', 'no database'],
  ['mysql://127.0.0.1/{database}', 'another kind of server'],
  ['postgres:///{database}', 'no server'],
  ['127.0.0.1/{database}', 'no URL'],
])('%s is refused: %s', (template) => {
  expect(isDatabaseUrlTemplate(template)).toBe(false);
});
