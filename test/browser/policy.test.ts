import { describeInBrowser, type PageWorld, startPageWorld, stopPageWorld } from './page-world';

/** Runs in the page: what a stranger's text would do if it ever became more than text. */
async function tryEverything(elsewhere: string): Promise<Record<string, string>> {
  const outcome: Record<string, string> = {};
  const attempt = (name: string, act: () => unknown): void => {
    try {
      act();
      outcome[name] = 'done';
    } catch (error) {
      outcome[name] = (error as Error).name;
    }
  };
  const violated: string[] = [];
  document.addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
  attempt('innerHTML', () => {
    document.body.innerHTML = '<b>x</b>';
  });
  attempt('a policy of its own', () =>
    (
      window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
    ).trustedTypes.createPolicy('any', { createHTML: (text: string) => text }),
  );
  attempt('script text', () => {
    document.createElement('script').text = 'window.hurt = 1';
  });
  const image = new Image();
  image.src = `${elsewhere}/image.png`;
  const frame = document.createElement('iframe');
  frame.src = elsewhere;
  document.body.append(image, frame);
  document.body.setAttribute('style', 'color: red');
  const script = document.createElement('script');
  attempt('script from elsewhere', () => {
    script.src = `${elsewhere}/script.js`;
  });
  await fetch(`${elsewhere}/fetch`).then(
    () => {
      outcome.fetch = 'done';
    },
    (error: unknown) => {
      outcome.fetch = (error as Error).name;
    },
  );
  const directives = ['img-src', 'frame-src', 'style-src-attr', 'connect-src'];
  for (let turns = 0; turns < 200 && !directives.every((each) => violated.includes(each)); turns += 1)
    await new Promise((resume) => setTimeout(resume, 10));
  for (const directive of directives) outcome[directive] = violated.includes(directive) ? 'refused' : 'done';
  return outcome;
}

describeInBrowser('the policy of the pages', () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await startPageWorld();
  }, 60_000);
  afterAll(() => stopPageWorld(world));

  test.each(['', 'service-levels', 'm/222-222', 'known code'])(
    '%j: Chromium refuses what is not ours',
    async (path) => {
      let where = path;
      if (path === 'known code') {
        world.crowd(world.create({ meetingID: 'policy' }), 11);
        await world.advance(90_000);
        await world.stored();
        const { body } = await world.call('/decisions?action=eject-user');
        where = `m/${body.items[0].code}`;
      }
      const { page, complaints } = await world.open();
      await page.goto(`${world.proxy.url}${where}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(complaints).toEqual([]);
      expect(await page.evaluate(tryEverything, 'http://localhost:9')).toEqual({
        innerHTML: 'TypeError',
        'a policy of its own': 'TypeError',
        'script text': 'TypeError',
        'script from elsewhere': 'TypeError',
        fetch: 'TypeError',
        'img-src': 'refused',
        'frame-src': 'refused',
        'style-src-attr': 'refused',
        'connect-src': 'refused',
      });
    },
    60_000,
  );
});
