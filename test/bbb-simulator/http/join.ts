/** The `join` call: bbb-web's checks, then registration; the client is in the meeting some moments later. */
import { putDue } from '../model/due';
import { addSessionToken, type JoinRequest } from '../model/register';
import { type Meeting, type RegisteredUser, type Role, runningMeeting } from '../model/state';
import { findWebMeeting, type WebMeeting } from '../model/web';
import { webJoin } from '../simulation';
import type { ApiAnswer, ApiCall } from './api';
import type { Params } from './params';
import { failed, success } from './xml';

export function joinCall(call: ApiCall): ApiAnswer {
  const { params, simulation } = call;
  const { bbb, options } = simulation;
  const id = params.meetingID;
  if (id === undefined || id === '') {
    return failed('missingParamMeetingID', 'You must specify a meeting ID for the meeting.');
  }
  const web = findWebMeeting(bbb, id);
  const meeting = web === undefined ? undefined : runningMeeting(bbb, web.intId);
  if (web === undefined || meeting === undefined) {
    return failed(
      'invalidMeetingIdentifier',
      'The meeting ID that you supplied did not match any existing meetings',
    );
  }
  const refused = refusalOf(params, web);
  if (refused !== undefined) return refused;
  if (params.existingUserID !== undefined) return joinAgain(call, meeting, params.existingUserID);

  const request = requestOf(params, web);
  const registered = webJoin(simulation, meeting, request);
  if (registered === 'maxParticipantsReached') return tooMany(params, web);
  if (registered.guestStatus === 'DENY') return failed('guestDeniedAccess', 'Guest access denied.');
  if (registered.guestStatus === 'ALLOW') {
    putDue(bbb, {
      at: bbb.now + options.clientLoadMs,
      kind: 'client-join',
      id: meeting.intId,
      detail: registered.intId,
    });
  }
  return joined(params, meeting, registered, registered.sessionTokens[0] ?? '');
}

function refusalOf(params: Params, web: WebMeeting): ApiAnswer | undefined {
  if ((params.fullName ?? '') === '')
    return failed(
      'missingParamFullName',
      'You must specify a name for the attendee who will be joining the meeting.',
    );
  if (params.createTime !== undefined && params.createTime !== String(web.props.durationProps.createdTime)) {
    return failed(
      'mismatchCreateTimeParam',
      'The createTime parameter submitted mismatches with the current meeting.',
    );
  }
  return roleOf(params, web) === undefined
    ? failed('invalidPassword', 'The supplied password did not match the moderator or attendee password.')
    : undefined;
}

function roleOf(params: Params, web: WebMeeting): Role | undefined {
  const role = params.role?.toUpperCase();
  if (role === 'MODERATOR' || role === 'VIEWER') return role;
  if (params.password === web.props.password.moderatorPass) return 'MODERATOR';
  return params.password === web.props.password.viewerPass ? 'VIEWER' : undefined;
}

function requestOf(params: Params, web: WebMeeting): JoinRequest {
  const userMetadata = Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      name.startsWith('userdata-') && value !== undefined ? [[name.slice('userdata-'.length), value]] : [],
    ),
  );
  return {
    name: params.fullName ?? '',
    role: roleOf(params, web) ?? 'VIEWER',
    bot: params.bot === 'true',
    guest: params.guest === 'true',
    avatar: params.avatarURL ?? '',
    excludeFromDashboard: params.excludeFromDashboard === 'true',
    userMetadata,
    ...(params.userID === undefined ? {} : { externalUserId: params.userID }),
  };
}

/** A second browser of somebody who is there: no check of `maxParticipants`, nobody new. */
function joinAgain(call: ApiCall, meeting: Meeting, intId: string): ApiAnswer {
  const user = meeting.registered.get(intId);
  if (user === undefined) return failed('notFound', 'The existing user was not found.');
  const token = addSessionToken(call.simulation.bbb, meeting, user);
  return joined(call.params, meeting, user, token);
}

function joined(params: Params, meeting: Meeting, user: RegisteredUser, sessionToken: string): ApiAnswer {
  const url = `https://bbb.example/html5client/?sessionToken=${sessionToken}`;
  if (params.redirect !== 'false') return { redirect: url };
  return success([
    ['messageKey', 'successfullyJoined'],
    ['message', 'You have joined successfully.'],
    ['meeting_id', meeting.intId],
    ['user_id', user.intId],
    ['auth_token', `${user.intId}-auth`],
    ['session_token', sessionToken],
    ['guestStatus', user.guestStatus],
    ['url', url],
  ]);
}

/** With a redirect (the default) the reason travels in the address. */
function tooMany(params: Params, web: WebMeeting): ApiAnswer {
  const error = {
    key: 'maxParticipantsReached',
    message: 'The number of participants allowed for this meeting has been reached.',
  };
  if (params.redirect === 'false') return failed(error.key, error.message);
  const target = params.errorRedirectUrl ?? params.logoutURL ?? web.props.systemProps.logoutUrl;
  const base = target === '' ? 'https://bbb.example/' : target;
  return {
    redirect: `${base}${base.includes('?') ? '&' : '?'}errors=${encodeURIComponent(JSON.stringify([error]))}`,
  };
}
