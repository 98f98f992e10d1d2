/** What somebody in a history does, done in the meeting. */
import type { Bbb } from './bbb';
import type { Deed, Happening } from './history';

const CALLERS = 4;
const ROOMS = 2;

const DEEDS: Readonly<Record<Deed, (bbb: Bbb, happening: Happening) => void>> = {
  come: (bbb, { who }) => bbb.come(who),
  'second-tab': (bbb, { who }) => bbb.secondTab(who),
  close: (bbb, { who }) => bbb.close(who),
  reconnect: (bbb, { who, ms }) => bbb.reconnect(who, ms),
  return: (bbb, { who }) => bbb.comeBack(who),
  'enter-room': (bbb, { who, ms }) => bbb.enterRoom(who, (ms % ROOMS) + 1),
  'leave-room': (bbb, { who }) => bbb.leaveRoom(who),
  'close-main': (bbb, { who }) => bbb.closeMain(who),
  'thrown-out': (bbb, { who }) => bbb.throwOut(who),
  'change-role': (bbb, { who }) => bbb.changeRole(who),
  call: (bbb, { who }) => bbb.call(who % CALLERS, false),
  'call-and-wait': (bbb, { who }) => bbb.call(who % CALLERS, true),
  'let-in': (bbb, { who }) => bbb.letIn(who % CALLERS),
  'hang-up': (bbb, { who }) => bbb.hangUp(who % CALLERS),
  'end-rooms': (bbb) => bbb.endRooms(),
};

export function act(bbb: Bbb, happening: Happening): void {
  DEEDS[happening.deed](bbb, happening);
}
