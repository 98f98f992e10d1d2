/** The `join` call: bbb-web's checks, then registration; the client is in the meeting some moments later. */
import type { Registration } from '../akka-apps';
import type { JoinRequest } from '../model/register';
import type { Role } from '../model/state';
import { findWebMeeting, type WebMeeting } from '../model/web';
import type { ApiAnswer, ApiCall } from './api';
import type { Params } from './params';
import { failed, success } from './xml';

export function joinCall(call: ApiCall): ApiAnswer {
  const { params, simulation } = call;
  const { bbb, akka } = simulation;
  const id = params.meetingID;
  if (id === undefined || id === '') {
    return failed('missingParamMeetingID', 'You must specify a meeting ID for the meeting.');
  }
  const web = findWebMeeting(bbb, id);
  if (web === undefined || !akka.has(web)) {
    return failed(
      'invalidMeetingIdentifier',
      'The meeting ID that you supplied did not match any existing meetings',
    );
  }
  const refused = refusalOf(params, web);
  if (refused !== undefined) return refused;
  if (params.existingUserID !== undefined) return joinAgain(call, web, params.existingUserID);

  const request = requestOf(params, web);
  const registered = akka.register(web, request);
  if (registered === 'maxParticipantsReached') return tooMany(params, web);
  if (registered.guestStatus === 'DENY') return failed('guestDeniedAccess', 'Guest access denied.');
  if (registered.guestStatus === 'ALLOW') akka.openClient(web, registered.intId);
  return joined(params, web, registered);
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
function joinAgain(call: ApiCall, web: WebMeeting, intId: string): ApiAnswer {
  const registration = call.simulation.akka.addSession(web, intId);
  if (registration === undefined) return failed('notFound', 'The existing user was not found.');
  return joined(call.params, web, registration);
}

function joined(params: Params, web: WebMeeting, registration: Registration): ApiAnswer {
  const { intId, guestStatus, sessionToken } = registration;
  const url = `https://bbb.example/html5client/?sessionToken=${sessionToken}`;
  if (params.redirect !== 'false') return { redirect: url };
  return success([
    ['messageKey', 'successfullyJoined'],
    ['message', 'You have joined successfully.'],
    ['meeting_id', web.intId],
    ['user_id', intId],
    ['auth_token', `${intId}-auth`],
    ['session_token', sessionToken],
    ['guestStatus', guestStatus],
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
