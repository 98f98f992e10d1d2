import { describeInBrowser, type PageWorld, startPageWorld, stopPageWorld } from './page-world';

describeInBrowser('a meeting whose tier cannot be read, on the operators’ page', () => {
  let world: PageWorld;
  beforeAll(async () => {
    world = await startPageWorld({
      env: { GREENLIGHT_DATABASE_URL: 'postgres://x:y@127.0.0.1:1/{tenant}' },
    });
  }, 60_000);
  afterAll(() => stopPageWorld(world));

  test('says what is waited for and shows no limit as held; then the tier', async () => {
    const { page, complaints } = await world.signedIn();
    const members = { 'meta_bbb-origin-server-name': 'members.meet.example' };
    world.crowd(world.create({ meetingID: 'course', name: 'Course', ...members }), 3);
    world.crowd(world.create({ meetingID: 'assembly', name: 'Assembly' }), 4);
    const row = (name: string) => page.locator('tbody tr', { hasText: name });
    const course = row('Course');
    await world.shows(
      course.getByText("Greenlight's database has not answered yet; limits are only observed"),
    );
    await course.getByText('Unknown', { exact: true }).waitFor();
    expect((await course.locator('[data-people]').innerText()).replace(/\s/g, '')).toMatch(/^3\/\?/);
    await world.shows(row('Assembly').getByText('Free'));

    await world.stored();
    await world.stopService();
    await world.breakDatabase();
    await world.startService();
    const assembly = row('Assembly');
    await world.shows(assembly.getByText("The service's database does not answer; limits are only observed"));
    await assembly.getByText('Unknown', { exact: true }).waitFor();
    await world.advance(60_000);
    await world.shows(assembly.locator('[data-people="4"]'));
    expect((await assembly.locator('[data-people]').innerText()).replace(/\s/g, '')).toMatch(/^4\/\?/);

    await world.mendDatabase();
    await world.shows(assembly.getByText('Free'));
    expect(await assembly.getByText('only observed').count()).toBe(0);
    expect((await assembly.locator('[data-people]').innerText()).replace(/\s/g, '')).toMatch(/^4\/10/);
    // The list of decisions cannot be read without the database.
    expect(complaints.filter((each) => !each.includes('status of 503'))).toEqual([]);
  }, 60_000);
});
