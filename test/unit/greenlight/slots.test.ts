/** Ports and Redis databases: each tenant its own, and nobody moves because somebody else came or went. */
import fc from 'fast-check';
import { allotSlots, REDIS_DATABASES } from '../../../sidecar/greenlight/slots';

const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/);
const ids = fc.uniqueArray(id, { maxLength: 60 });

/** Found by trying: both ask for the same number. */
function meetingIds(): [string, string] {
  const seen = new Map<number, string>();
  for (let index = 0; ; index += 1) {
    const name = `tenant-${index}`;
    const port = allotSlots([name]).get(name)?.port ?? 0;
    const other = seen.get(port);
    if (other !== undefined) return [other, name];
    seen.set(port, name);
  }
}

it('gives each tenant a port and a Redis database that no other has', () => {
  fc.assert(
    fc.property(ids, (tenants) => {
      const slots = [...allotSlots(tenants).values()];
      expect(slots).toHaveLength(tenants.length);
      expect(new Set(slots.map(({ port }) => port)).size).toBe(tenants.length);
      expect(new Set(slots.map(({ redisDatabase }) => redisDatabase)).size).toBe(tenants.length);
      for (const { port, redisDatabase } of slots) {
        expect(port).toBeGreaterThan(20_000);
        expect(port).toBeLessThan(30_000);
        expect(redisDatabase).toBeGreaterThan(0);
        expect(redisDatabase).toBeLessThan(REDIS_DATABASES);
      }
    }),
  );
});

it('moves nobody when a tenant is added at the end of the file', () => {
  fc.assert(
    fc.property(ids, id, (tenants, added) => {
      fc.pre(!tenants.includes(added));
      const before = allotSlots(tenants);
      const after = allotSlots([...tenants, added]);
      for (const tenant of tenants) expect(after.get(tenant)).toEqual(before.get(tenant));
    }),
  );
});

it('moves nobody when a tenant goes, or when lines change places, as long as no two ids ask for one number', () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray(['acme', 'demo', 'members', 'north', 'south', 'v3'], { minLength: 1 }),
      (some) => {
        const all = allotSlots(['acme', 'demo', 'members', 'north', 'south', 'v3']);
        for (const [tenant, slot] of allotSlots(some)) expect(slot).toEqual(all.get(tenant));
      },
    ),
  );
});

it('lets the earlier of two that ask for the same number have it', () => {
  const [first, second] = meetingIds();
  const alone = allotSlots([first]).get(first);
  const both = allotSlots([first, second]);
  expect(both.get(first)).toEqual(alone);
  expect(both.get(second)?.redisDatabase).toBe((alone?.redisDatabase ?? 0) + 1);
  expect(allotSlots([second]).get(second)).toEqual(alone);
});

it('is the same on every machine and in every version', () => {
  expect(allotSlots(['demo', 'members', 'acme'])).toEqual(
    new Map([
      ['demo', { port: 22_104, redisDatabase: 2_104 }],
      ['members', { port: 21_501, redisDatabase: 1_501 }],
      ['acme', { port: 22_691, redisDatabase: 2_691 }],
    ]),
  );
});

it('refuses more tenants than there are numbers', () => {
  const many = Array.from({ length: REDIS_DATABASES }, (_, index) => `t${index}`);
  expect(allotSlots(many.slice(1)).size).toBe(REDIS_DATABASES - 1);
  expect(() => allotSlots(many)).toThrow('expected at most 9999 tenants on one host, got 10000');
});
