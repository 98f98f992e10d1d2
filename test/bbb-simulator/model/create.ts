/** Creating a meeting: bbb-web takes it into its map, akka-apps starts its actor; it never reads a request. */
import { FIRST_ANALYTICS_MS } from './analytics';
import { FIRST_AUDIT_MS, TASKS_EVERY_MS } from './audit';
import { PUBLIC_CHAT } from './chat';
import { putDue } from './due';
import { SYSTEM_USER } from './happenings';
import { askForUsers } from './media';
import type { DefaultProps } from './props';
import { type Bbb, type Meeting, tell, wallNow } from './state';
import { addWebMeeting, findWebMeeting } from './web';

/** Learning dashboard JSON goes out every 10 s, where the feature is on. */
export const DASHBOARD_EVERY_MS = 10_000;

export type CreateOutcome =
  | { readonly kind: 'created'; readonly meeting: Meeting }
  | { readonly kind: 'duplicate'; readonly intId: string }
  | { readonly kind: 'refused'; readonly messageKey: 'idNotUnique' | 'nonUniqueVoiceBridge' };

/** Whether the caller named passwords: they decide what a second `create` with the same id gets. */
export interface CreatePasswords {
  readonly attendeePW: string | undefined;
  readonly moderatorPW: string | undefined;
}

/** `create` as bbb-web answers it: a running meeting keeps every property it has (ApiController). */
export function createMeeting(bbb: Bbb, props: DefaultProps, passwords: CreatePasswords): CreateOutcome {
  return outcomeForTaken(bbb, props, passwords) ?? { kind: 'created', meeting: startMeeting(bbb, props) };
}

/** The answer when the id or the voice bridge is in use; undefined: the meeting may begin. */
export function outcomeForTaken(
  bbb: Bbb,
  props: DefaultProps,
  passwords: CreatePasswords,
): Exclude<CreateOutcome, { readonly kind: 'created' }> | undefined {
  const existing = findWebMeeting(bbb, props.meetingProp.extId);
  if (existing !== undefined) {
    const { viewerPass, moderatorPass } = existing.props.password;
    const neither = passwords.attendeePW === undefined && passwords.moderatorPW === undefined;
    const same = passwords.attendeePW === viewerPass && passwords.moderatorPW === moderatorPass;
    return neither || same
      ? { kind: 'duplicate', intId: existing.intId }
      : { kind: 'refused', messageKey: 'idNotUnique' };
  }
  const { telVoice } = props.voiceProp;
  if ([...bbb.web.values()].some((other) => other.props.voiceProp.telVoice === telVoice)) {
    return { kind: 'refused', messageKey: 'nonUniqueVoiceBridge' };
  }
  return undefined;
}

/** The meeting actor's first breath: MeetingCreatedEvtMsg, then its schedules. */
export function startMeeting(bbb: Bbb, props: DefaultProps): Meeting {
  const { intId, extId, isBreakout } = props.meetingProp;
  const parentId = isBreakout ? props.breakoutProps.parentId : undefined;
  addWebMeeting(bbb, props, parentId);
  const meeting: Meeting = {
    intId,
    extId,
    props,
    createdAt: bbb.now,
    registered: new Map(),
    users: new Map(),
    voiceUsers: new Map(),
    guestsWaiting: new Map(),
    guestPolicy: props.usersProp.guestPolicy,
    recording: false,
    userHasJoined: false,
    moderatorHasJoined: false,
    lastUserLeftAt: undefined,
    lastModeratorLeftAt: undefined,
    breakouts: undefined,
    end: undefined,
    destroyedAt: undefined,
    vanishedAt: undefined,
    chat: [],
    ejections: [],
    recordingMarks: [],
    joinRefusals: [],
  };
  bbb.meetings.set(intId, meeting);
  bbb.history.push(meeting);
  tell(bbb, 'MeetingCreatedEvtMsg', { meetingId: intId }, { props });
  furnish(bbb, meeting);
  scheduleMeeting(bbb, intId);
  return meeting;
}

/** The public chat, the slides, and whoever is on the line already. */
function furnish(bbb: Bbb, meeting: Meeting): void {
  const target = { meetingId: meeting.intId, userId: SYSTEM_USER };
  askForUsers(bbb, meeting);
  tell(bbb, 'GroupChatCreatedEvtMsg', target, {
    correlationId: `${SYSTEM_USER}-${wallNow(bbb)}`,
    chatId: PUBLIC_CHAT,
    createdBy: { id: SYSTEM_USER, name: '', role: 'VIEWER' },
    access: 'PUBLIC_ACCESS',
    users: [],
    msg: [],
  });
  tell(bbb, 'CreateNewPresentationPodEvtMsg', target, {
    currentPresenterId: '',
    podId: 'DEFAULT_PRESENTATION_POD',
  });
}

function scheduleMeeting(bbb: Bbb, id: string): void {
  putDue(bbb, { at: bbb.now + FIRST_AUDIT_MS, kind: 'audit', id, detail: '' });
  putDue(bbb, { at: bbb.now + TASKS_EVERY_MS, kind: 'tasks', id, detail: '' });
  putDue(bbb, { at: bbb.now + FIRST_ANALYTICS_MS, kind: 'analytics-log', id, detail: '' });
  putDue(bbb, { at: bbb.now + FIRST_ANALYTICS_MS, kind: 'analytics', id, detail: '' });
  if (bbb.settings.learningDashboard) {
    putDue(bbb, { at: bbb.now + DASHBOARD_EVERY_MS, kind: 'dashboard', id, detail: '' });
  }
}
