/** The story itself: an eleventh person, a recording that is not in the tier, the last minutes, a restart in the middle, a tier raised. */
import type { Attendee, MeetingView } from '../bbb-simulator';
import type { Narrator } from './narrator';
import type { Stage } from './stage';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

interface Play {
  readonly stage: Stage;
  readonly narrator: Narrator;
}

function meeting(stage: Stage, id: string): MeetingView {
  return stage.bbb.meeting(id);
}

/** Chat lines are told by their text, and a ping is no news. */
const UNTOLD: readonly string[] = [
  'SendGroupChatMessageFromApiSysPubMsg',
  'CheckAlivePingSysMsg',
  'GetRecordingStatusReqMsg',
];

/** Runs what people do, lets everything come to rest, and tells which commands and chat lines BBB got meanwhile, and when. */
async function during(
  { stage, narrator }: Play,
  id: string,
  passMs: number,
  act: () => void | Promise<void>,
): Promise<void> {
  const commands = stage.bbb.commands.length;
  const lines = meeting(stage, id).chat.length;
  await act();
  await stage.advance(passMs);
  const said = meeting(stage, id).chat.slice(lines);
  const sent = stage.bbb.commands.slice(commands).filter(({ name }) => !UNTOLD.includes(name));
  const told = [
    ...said.map(({ order, at, message }) => ({ order, at, text: `chat: “${message}”` })),
    ...sent.map(({ order, at, name }) => ({ order, at, text: name })),
  ];
  for (const { at, text } of told.toSorted((a, b) => a.order - b.order)) narrator.told(at, text);
}

async function opening(play: Play): Promise<Attendee[]> {
  const { stage, narrator } = play;
  narrator.scene('1. The room fills');
  stage.bbb.create({ meetingID: 'assembly', name: 'General assembly', record: true });
  const people: Attendee[] = [];
  await during(play, 'assembly', 10 * SECOND_MS, () => {
    for (let index = 1; index <= 10; index += 1) {
      people.push(
        stage.bbb.join('assembly', {
          externalUserId: `member-${index}`,
          name: `Member ${index}`,
          role: index === 1 ? 'MODERATOR' : 'VIEWER',
        }),
      );
    }
  });
  narrator.happens('ten members are in');
  narrator.expect(
    'ten people are in the meeting, nobody was bothered',
    meeting(stage, 'assembly').people.length === 10,
  );
  narrator.happens(
    'an eleventh person opens the link; this BBB was given no maxParticipants and lets them in',
  );
  await during(
    play,
    'assembly',
    2 * SECOND_MS,
    () => void stage.bbb.join('assembly', { externalUserId: 'member-11', name: 'Member 11' }),
  );
  const now = meeting(stage, 'assembly');
  narrator.expect(
    'the eleventh was removed, the ten stayed',
    now.people.length === 10 && now.people.every((person) => person.externalUserId !== 'member-11'),
  );
  return people;
}

async function recording(play: Play, moderator: Attendee): Promise<void> {
  const { stage, narrator } = play;
  narrator.scene('2. Somebody presses “record”');
  narrator.happens('the moderator starts a recording, which this BBB lets through');
  await during(play, 'assembly', 2 * SECOND_MS, () => void stage.bbb.startRecording('assembly', moderator));
  narrator.expect('the recording was stopped again', !meeting(stage, 'assembly').recording.active);
}

async function restart(play: Play): Promise<void> {
  const { stage, narrator } = play;
  narrator.scene('3. The service goes away in the middle, and comes back');
  await stage.advance(30 * MINUTE_MS);
  await stage.stopService();
  narrator.happens('the service is gone; a twelfth person comes in unseen');
  stage.bbb.join('assembly', { externalUserId: 'member-12', name: 'Member 12' });
  await stage.advance(MINUTE_MS);
  narrator.expect(
    'without it nobody acts: eleven people are in',
    meeting(stage, 'assembly').people.length === 11,
  );
  narrator.happens('it starts again and reads what runs from BBB, and what it knew from PostgreSQL');
  await during(play, 'assembly', MINUTE_MS, () => stage.startService());
  narrator.expect(
    'nobody is removed on a guess: who came unseen may be a bot',
    meeting(stage, 'assembly').people.length === 11,
  );
  narrator.happens('a thirteenth person opens the link');
  await during(play, 'assembly', 5 * SECOND_MS, () => {
    stage.bbb.join('assembly', { externalUserId: 'member-13', name: 'Member 13' });
  });
  const now = meeting(stage, 'assembly');
  narrator.expect(
    'the thirteenth was removed, the eleven stayed',
    now.people.length === 11 && now.people.every((person) => person.externalUserId !== 'member-13'),
  );
}

async function lastMinutes(play: Play): Promise<void> {
  const { stage, narrator } = play;
  narrator.scene('4. The last minutes');
  const left = (): number => meeting(stage, 'assembly').createTime + 60 * MINUTE_MS - stage.now();
  for (const minutes of [10, 5, 1])
    await during(play, 'assembly', left() - minutes * MINUTE_MS + SECOND_MS, () => undefined);
  const said = meeting(stage, 'assembly').chat.filter((line) =>
    line.message.startsWith('This meeting ends in'),
  ).length;
  narrator.expect('the chat was told at 10, 5 and 1 minutes, once each', said === 3);
  await during(play, 'assembly', left() + 10 * SECOND_MS, () => undefined);
  narrator.expect(
    'past the hour it still runs: BBB itself may be 10 seconds late',
    meeting(stage, 'assembly').running,
  );
  await during(play, 'assembly', 10 * SECOND_MS, () => undefined);
  narrator.expect('it was ended 15 seconds after the hour', !meeting(stage, 'assembly').running);
}

async function raised(play: Play): Promise<void> {
  const { stage, narrator } = play;
  narrator.scene('5. The tier is raised in tiers.yml while a meeting runs');
  stage.bbb.create({ meetingID: 'workshop', name: 'Workshop' });
  for (let index = 1; index <= 10; index += 1) {
    stage.bbb.join('workshop', {
      externalUserId: `guest-${index}`,
      name: `Guest ${index}`,
      role: index === 1 ? 'MODERATOR' : 'VIEWER',
    });
  }
  await stage.advance(20 * MINUTE_MS);
  narrator.happens('the operator gives the free tier 2 hours and 12 people, and saves the file');
  await stage.editTiers((text) => {
    const at = text.indexOf('\n  free:');
    const tier = text
      .slice(at)
      .replace(/meeting_duration: \S+/, 'meeting_duration: 2h')
      .replace(/participants: \d+/, 'participants: 12');
    return text.slice(0, at) + tier;
  });
  await during(play, 'workshop', 2 * SECOND_MS, () => {
    for (const index of [11, 12])
      stage.bbb.join('workshop', { externalUserId: `guest-${index}`, name: `Guest ${index}` });
  });
  narrator.expect(
    'twelve people are in, nobody was removed',
    meeting(stage, 'workshop').people.length === 12,
  );
  await during(
    play,
    'workshop',
    2 * SECOND_MS,
    () => void stage.bbb.join('workshop', { externalUserId: 'guest-13', name: 'Guest 13' }),
  );
  narrator.expect('the thirteenth was removed', meeting(stage, 'workshop').people.length === 12);
  await stage.advance(60 * MINUTE_MS);
  narrator.expect('after 80 minutes it still runs', meeting(stage, 'workshop').running);
  await during(play, 'workshop', 41 * MINUTE_MS, () => undefined);
  narrator.expect('after two hours it was ended', !meeting(stage, 'workshop').running);
}

/** Plays all of it. */
export async function playAssembly(stage: Stage, narrator: Narrator): Promise<void> {
  const play = { stage, narrator };
  const [moderator] = await opening(play);
  if (moderator === undefined) throw new Error('nobody came');
  await recording(play, moderator);
  await restart(play);
  await lastMinutes(play);
  await raised(play);
}
