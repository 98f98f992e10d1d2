/** Who of a list of akka-apps' is in the meeting; shapes as recorded from akka-apps 2.6. */
import { withoutLobby } from '../../sidecar/bbb-lobby';

const NOBODY = { total: 0, users: [] };
const ADA = { internalUserId: 'w_user05000001' };
const CALLER = { internalUserId: 'v_102' };

function audioOf(...ids: readonly string[]): unknown {
  const twoWay = { total: ids.length, users: ids.map((id) => ({ id, name: 'X' })) };
  return { total: ids.length, listenOnly: NOBODY, twoWay, phone: NOBODY };
}

test('caller named by no audio list → waits in the lobby, left out', () => {
  expect(withoutLobby([ADA, CALLER], audioOf('101'))).toEqual([ADA]);
});

test('caller let in → there, by bare number or by whole id, in whichever audio list', () => {
  expect(withoutLobby([ADA, CALLER], audioOf('101', '102'))).toEqual([ADA, CALLER]);
  expect(withoutLobby([CALLER], audioOf('v_102'))).toEqual([CALLER]);
  expect(withoutLobby([CALLER], { phone: { users: [{ id: '102' }] } })).toEqual([CALLER]);
});

test('browsers → there with or without audio', () => {
  expect(withoutLobby([ADA], audioOf())).toEqual([ADA]);
});

test.each([undefined, null, 7, 'x', [], { twoWay: null }, { twoWay: { users: 'x' } }, { users: [null, 7] }])(
  'audio %j → callers left out, everybody else stays',
  (audio) => {
    expect(withoutLobby([ADA, CALLER], audio)).toEqual([ADA]);
  },
);
