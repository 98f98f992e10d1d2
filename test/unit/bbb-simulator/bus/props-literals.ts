/** The body of MeetingCreatedEvtMsg for a meeting with nothing but a name and an id, ids and token shortened. */
export const PROPS_30 =
  '{"props":{"pluginProp":{},' +
  '"meetingProp":{"name":"Math 101","extId":"math-101","intId":"INT","meetingCameraCap":0,"maxPinnedCameras":3,' +
  '"cameraBridge":"bbb-webrtc-sfu","screenShareBridge":"bbb-webrtc-sfu","audioBridge":"bbb-webrtc-sfu","isBreakout":false,' +
  '"disabledFeatures":[],"notifyRecordingIsOn":false,"presentationUploadExternalDescription":"","presentationUploadExternalUrl":""},' +
  '"breakoutProps":{"parentId":"bbb-none","sequence":0,"freeJoin":false,"breakoutRooms":[],"record":false,"privateChatEnabled":true,' +
  '"captureNotes":false,"captureSlides":false,"captureNotesFilename":"%%CONFNAME%%","captureSlidesFilename":"%%CONFNAME%%"},' +
  '"durationProps":{"duration":0,"createdTime":1760000000000,"createdDate":"Thu Oct 09 08:53:20 UTC 2025",' +
  '"meetingExpireIfNoUserJoinedInMinutes":5,"meetingExpireWhenLastUserLeftInMinutes":1,"userInactivityInspectTimerInMinutes":0,' +
  '"userInactivityThresholdInMinutes":30,"userActivitySignResponseDelayInMinutes":5,"endWhenNoModerator":false,"endWhenNoModeratorDelayInMinutes":1},' +
  '"password":{"moderatorPass":"mp","viewerPass":"ap","learningDashboardAccessToken":"TOKEN"},' +
  '"recordProp":{"record":false,"autoStartRecording":false,"allowStartStopRecording":true,"recordFullDurationMedia":false,"keepEvents":false},' +
  '"welcomeProp":{"welcomeMsg":"","welcomeMsgForModerators":""},' +
  '"voiceProp":{"telVoice":"71347","voiceConf":"71347","dialNumber":"613-555-1234","muteOnStart":true},' +
  '"usersProp":{"maxUsers":0,"maxUserConcurrentAccesses":3,"webcamsOnlyForModerator":false,"userCameraCap":3,"guestPolicy":"ALWAYS_ACCEPT",' +
  '"meetingLayout":"CUSTOM_LAYOUT","allowModsToUnmuteUsers":false,"allowModsToEjectCameras":false,"authenticatedGuest":true,' +
  '"allowPromoteGuestToModerator":false,"waitingGuestUsersTimeout":30000},' +
  '"metadataProp":{"metadata":{}},' +
  '"lockSettingsProps":{"disableCam":false,"disableMic":false,"disablePrivateChat":false,"disablePublicChat":false,"disableNotes":false,' +
  '"hideUserList":false,"lockOnJoin":true,"lockOnJoinConfigurable":false,"hideViewersCursor":false,"hideViewersAnnotation":false},' +
  '"systemProps":{"loginUrl":"","logoutUrl":"","customLogoURL":"","customDarkLogoURL":"","bannerText":"","bannerColor":"","html5PluginSdkVersion":"0.0.x"},' +
  '"groups":[],"overrideClientSettings":""}}}}';

export const PROPS_27 =
  '{"props":{"meetingProp":{"name":"Math 101","extId":"math-101","intId":"INT","meetingCameraCap":0,"maxPinnedCameras":3,"isBreakout":false,' +
  '"disabledFeatures":[],"notifyRecordingIsOn":false,"presentationUploadExternalDescription":"","presentationUploadExternalUrl":""},' +
  '"breakoutProps":{"parentId":"bbb-none","sequence":0,"freeJoin":false,"breakoutRooms":[],"record":false,"privateChatEnabled":true,' +
  '"captureNotes":false,"captureSlides":false,"captureNotesFilename":"%%CONFNAME%%","captureSlidesFilename":"%%CONFNAME%%"},' +
  '"durationProps":{"duration":0,"createdTime":1760000000000,"createdDate":"Thu Oct 09 08:53:20 UTC 2025",' +
  '"meetingExpireIfNoUserJoinedInMinutes":5,"meetingExpireWhenLastUserLeftInMinutes":1,"userInactivityInspectTimerInMinutes":0,' +
  '"userInactivityThresholdInMinutes":30,"userActivitySignResponseDelayInMinutes":5,"endWhenNoModerator":false,"endWhenNoModeratorDelayInMinutes":1},' +
  '"password":{"moderatorPass":"mp","viewerPass":"ap","learningDashboardAccessToken":"TOKEN"},' +
  '"recordProp":{"record":false,"autoStartRecording":false,"allowStartStopRecording":true,"recordFullDurationMedia":false,"keepEvents":false},' +
  '"welcomeProp":{"welcomeMsgTemplate":"","welcomeMsg":"","modOnlyMessage":""},' +
  '"voiceProp":{"telVoice":"71347","voiceConf":"71347","dialNumber":"613-555-1234","muteOnStart":true},' +
  '"usersProp":{"maxUsers":0,"maxUserConcurrentAccesses":3,"webcamsOnlyForModerator":false,"userCameraCap":3,"guestPolicy":"ALWAYS_ACCEPT",' +
  '"meetingLayout":"CUSTOM_LAYOUT","allowModsToUnmuteUsers":false,"allowModsToEjectCameras":false,"authenticatedGuest":true},' +
  '"metadataProp":{"metadata":{}},' +
  '"lockSettingsProps":{"disableCam":false,"disableMic":false,"disablePrivateChat":false,"disablePublicChat":false,"disableNotes":false,' +
  '"hideUserList":false,"lockOnJoin":true,"lockOnJoinConfigurable":false,"hideViewersCursor":false,"hideViewersAnnotation":false},' +
  '"systemProps":{"html5InstanceId":1},"groups":[]}}}}';
