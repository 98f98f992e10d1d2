/** Shapes of breakout rooms, as a parent keeps them and as messages name them; no rule is here. */

export interface BreakoutRoom {
  readonly intId: string;
  readonly extId: string;
  readonly sequence: number;
  readonly name: string;
}

/** What a parent knows of the rooms it opened. */
export interface BreakoutSession {
  readonly startedAt: number;
  durationMinutes: number;
  rooms: BreakoutRoom[];
}

/** `room` of CreateBreakoutRoomSysCmdMsg, in BBB 3.0's order. */
export interface BreakoutRoomRequest {
  breakoutMeetingId: string;
  name: string;
  parentId: string;
  sequence: number;
  shortName: string;
  isDefaultName: boolean;
  freeJoin: boolean;
  dialNumber: string;
  voiceConfId: string;
  durationInMinutes: number;
  moderatorPassword: string;
  viewerPassword: string;
  sourcePresentationId: string;
  sourcePresentationSlide: number;
  record: boolean;
  privateChatEnabled: boolean;
  captureNotes: boolean;
  captureSlides: boolean;
  captureNotesFilename: string;
  captureSlidesFilename: string;
  pluginProp: Record<string, unknown>;
  disabledFeatures: string[];
  audioBridge: string;
  cameraBridge: string;
  screenShareBridge: string;
}

/** `breakout` of BreakoutRoomStartedEvtMsg and BreakoutRoomsListEvtMsg. */
export interface BreakoutRoomInfo {
  name: string;
  externalId: string;
  breakoutId: string;
  sequence: number;
  shortName: string;
  isDefaultName: boolean;
  freeJoin: boolean;
  html5JoinUrls: Record<string, string>;
  captureNotes: boolean;
  captureSlides: boolean;
}
