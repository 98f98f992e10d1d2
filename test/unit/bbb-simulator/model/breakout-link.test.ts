/** The link that akka-apps makes for somebody who wants into a room. */
import { openBreakouts } from '../../../bbb-simulator/model/breakouts';
import { aMeeting, aServer, aUser, command } from '../a-server';

test.each(['2.6', '3.0'] as const)("%s: a viewer gets the moderators' password", (version) => {
  const bbb = aServer({ version });
  const meeting = aMeeting(bbb, { moderatorPW: 'mp', attendeePW: 'ap' });
  const ada = aUser(bbb, meeting, { role: 'MODERATOR' });
  const ben = aUser(bbb, meeting, { externalUserId: 'gl-ben' });
  const [room] = openBreakouts(bbb, meeting, { count: 1, durationMinutes: 15 }) ?? [];
  const ask = (userId: string, breakoutId = room?.intId): string | undefined =>
    command(bbb, meeting, 'RequestBreakoutJoinURLReqMsg', ada.intId, {
      meetingId: meeting.intId,
      breakoutId,
      userId,
    });
  expect(ask(ben.intId)).toBeUndefined();
  const told = bbb.outbox.at(-1);
  if (told?.kind !== 'message' || told.name !== 'BreakoutRoomJoinURLEvtMsg')
    throw new Error('no link was told');
  expect(told.body).toMatchObject({ parentId: meeting.intId, breakoutId: room?.intId, userId: ben.intId });
  const link = Object.fromEntries(new URL(told.body.redirectJoinURL).searchParams);
  expect(link).toMatchObject({
    fullName: 'gl-ben',
    password: 'mp',
    userID: `${ben.intId}-1`,
    meetingID: room?.extId,
  });
  expect([ask('w_nobody'), ask(ben.intId, 'other')]).toEqual([
    'no such room or user',
    'no such room or user',
  ]);
});
