/** What was told last, as bytes on the bus with ids shortened, and the beginnings such bytes have. */
import { busMessages } from '../../../bbb-simulator/bus/messages';
import type { Happening } from '../../../bbb-simulator/model/happenings';
import type { Bbb, Meeting } from '../../../bbb-simulator/model/state';
import { START_MS } from '../a-server';

export const MAIN = 'from-akka-apps-redis-channel';
export const FRONTEND = 'from-akka-apps-frontend-redis-channel';

export interface Told {
  /** The last message of that name; INT, w_1 and v_1 stand for the ids of the meeting and of people. */
  bytes(name: string, version?: '3.0' | '2.7'): string;
  channels(name: string): string[];
}

export function toldBy(bbb: Bbb, meeting: Meeting): Told {
  function last(name: string): Happening {
    const happening = bbb.outbox.findLast((each) => each.name === name);
    if (happening === undefined) throw new Error(`${name} was not told`);
    return happening;
  }
  return {
    bytes(name, version = '3.0') {
      const text = busMessages(last(name), version, START_MS)[0]?.text ?? '';
      return text.replaceAll(meeting.intId, 'INT').replaceAll(/([wv])_[0-9a-f]+/g, '$1_1');
    },
    channels: (name) => busMessages(last(name), '3.0', START_MS).map((message) => message.channel),
  };
}

export const client = (name: string, userId: string, msgType = 'BROADCAST_TO_MEETING'): string =>
  `{"envelope":{"name":"${name}","routing":{"msgType":"${msgType}","meetingId":"INT","userId":"${userId}"},"timestamp":1760000000000},` +
  `"core":{"header":{"name":"${name}","meetingId":"INT","userId":"${userId}"},"body":`;
export const base = (name: string, sender = 'bbb-apps-akka'): string =>
  `{"envelope":{"name":"${name}","routing":{"sender":"${sender}"},"timestamp":1760000000000},"core":{"header":{"name":"${name}"},"body":`;
export const withMeeting = (name: string): string =>
  `{"envelope":{"name":"${name}","routing":{"sender":"bbb-apps-akka"},"timestamp":1760000000000},` +
  `"core":{"header":{"name":"${name}","meetingId":"INT"},"body":`;
