/** Lines from outside in the public chat; the chat of people is not modelled. */
import { SYSTEM_USER } from './happenings';
import { type Bbb, type Meeting, nextOrder, nextToken, tell } from './state';

export const PUBLIC_CHAT = 'MAIN-PUBLIC-GROUP-CHAT';

/** `SendGroupChatMessageFromApiSysPubMsgHdlr`: ignored where `chat` is disabled. Returns why nothing happened, if nothing did. */
export function sendChatFromApi(
  bbb: Bbb,
  meeting: Meeting,
  userName: string,
  message: string,
): string | undefined {
  if (meeting.props.meetingProp.disabledFeatures.includes('chat')) return 'chat is disabled';
  meeting.chat.push({ order: nextOrder(bbb), at: bbb.now, userName, senderId: SYSTEM_USER, message });
  tell(
    bbb,
    'GroupChatMessageBroadcastEvtMsg',
    { meetingId: meeting.intId, userId: userName },
    {
      chatId: PUBLIC_CHAT,
      msg: {
        id: `${bbb.now}-${nextToken(bbb, 8)}`,
        timestamp: bbb.now,
        correlationId: SYSTEM_USER,
        sender: { id: SYSTEM_USER, name: userName, role: 'VIEWER' },
        chatEmphasizedText: true,
        message,
        replyToMessageId: '',
      },
    },
  );
  return undefined;
}
