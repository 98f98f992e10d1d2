/** What the service asks of akka-apps does not make it unhealthy: a load balancer may go by its `/healthz`. */
import { startWorld, type World } from '../../support/world';

let world: World;
afterEach(() => world.stop());

test('beside bbb-web and its pings /healthz stays 200, whatever the service asks', async () => {
  world = await startWorld();
  const healthz = world.bbb.analyticsUrl.replace('analytics', 'healthz');
  const answers = new Set<number>();
  const pings = (): number =>
    world.bbb.commands.filter(({ name, from }) => name === 'CheckAlivePingSysMsg' && from === 'bus').length;
  for (let second = 0; second < 150; second += 1) {
    await world.advance(1_000);
    answers.add((await fetch(healthz)).status);
  }
  expect(pings()).toBeGreaterThan(0);
  expect([...answers]).toEqual([200]);
});
