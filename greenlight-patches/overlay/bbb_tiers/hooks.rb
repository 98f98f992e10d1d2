# frozen_string_literal: true

# The list of hooks with the names and parameters of Greenlight they were written for (3.8.2); does nothing by itself.

module BbbTiers
  BRAND_SETTINGS = %w[BRAND_LOGO_URL BRAND_PRIMARY_COLOR BRAND_PRIMARY_COLOR_LIGHT BRAND_TERMS_URL BRAND_PRIVACY_URL BRAND_HELP_URL].freeze
  CREATE_VARIABLES = %w[TIER_CODE TIER_TITLE TIER_TENANT TIER_CLAIM_SECRET TIER_MEETING_DURATION_MINUTES TIER_MAX_PARTICIPANTS
                        TIER_RECORDING TIER_POLICY_FILE BRAND_LOGO_URL BRAND_BANNER_TEXT].freeze
  ROOM_VARIABLES = %w[TIER_ROOMS_PER_ACCOUNT TIER_POLICY_FILE].freeze
  ACCOUNT_VARIABLES = %w[TIER_ACCOUNTS TIER_POLICY_FILE].freeze
  RECORDING_VARIABLES = %w[TIER_RECORDING TIER_POLICY_FILE].freeze

  CHECKER_PARAMETERS = [%i[keyreq current_user], %i[keyreq permission_names], %i[keyreq current_provider],
                        %i[key user_id], %i[key friendly_id], %i[key record_id]].freeze
  ROOM_SETTINGS_PARAMETERS = [%i[keyreq room_id], %i[keyreq provider], %i[keyreq current_user], %i[key settings],
                              %i[key show_codes], %i[key only_enabled], %i[key only_bbb_options]].freeze
  ERROR_PARAMETERS = [%i[key data], %i[key errors], %i[key status]].freeze
  DATA_PARAMETERS = [%i[keyreq status], %i[key serializer], %i[key data], %i[key meta], %i[key options]].freeze
  CHECKER = { 'PermissionsChecker' => { initialize: [:private, CHECKER_PARAMETERS], call: [:public, []] } }.freeze

  HOOKS = [
    Hook.new(
      name: 'create', variables: CREATE_VARIABLES, target: 'BigBlueButtonApi', overlay: Overlays::MeetingStart,
      overrides: { start_meeting: [:public, [%i[keyreq room], %i[key options], %i[key presentation_url]]] }
    ),
    Hook.new(
      name: 'rooms', variables: ROOM_VARIABLES, target: 'PermissionsChecker', overlay: Overlays::RoomLimit,
      overrides: { authorize_room_limit: [:private, []] }, relies_on: CHECKER
    ),
    Hook.new(
      name: 'rooms-created', variables: ROOM_VARIABLES, target: 'Api::V1::RoomsController', overlay: Overlays::RoomCreation,
      overrides: { create: [:public, []] }, relies_on: { 'Api::V1::RoomsController' => { room_params: [:private, []] } }
    ),
    Hook.new(
      name: 'rooms-default', variables: ROOM_VARIABLES, target: 'ApplicationController', overlay: Overlays::RoomByDefault,
      overrides: { create_default_room: [:public, [%i[req user]]] }
    ),
    Hook.new(
      name: 'rooms-shown', variables: ROOM_VARIABLES, target: 'CurrentUserSerializer', overlay: Overlays::RoomLimitShown,
      overrides: { permissions: [:public, []] }
    ),
    Hook.new(
      name: 'accounts-registration', variables: ACCOUNT_VARIABLES, target: 'SettingGetter', overlay: Overlays::AccountRegistration,
      overrides: { transform_value: [:private, [%i[req site_setting]]] }
    ),
    Hook.new(
      name: 'accounts-sign-up', variables: ACCOUNT_VARIABLES, target: 'Api::V1::UsersController', overlay: Overlays::AccountSignUp,
      overrides: { create: [:public, []] },
      relies_on: {
        'Api::V1::ApiController' => { render_error: [:public, ERROR_PARAMETERS], external_auth?: [:public, []],
                                      current_user: [:public, []], current_provider: [:public, []] }, **CHECKER
      }
    ),
    Hook.new(
      name: 'accounts-oidc', variables: ACCOUNT_VARIABLES, target: 'ExternalController', overlay: Overlays::AccountExternal,
      overrides: { create_user: [:public, []] }, relies_on: { 'ApplicationController' => { current_provider: [:public, []] } }
    ),
    Hook.new(
      name: 'accounts-invitations', variables: ACCOUNT_VARIABLES, target: 'Api::V1::Admin::InvitationsController',
      overlay: Overlays::AccountInvitation, overrides: { create: [:public, []] },
      relies_on: { 'Api::V1::ApiController' => { render_error: [:public, ERROR_PARAMETERS], current_provider: [:public, []] } }
    ),
    Hook.new(
      name: 'accounts-reactivation', variables: ACCOUNT_VARIABLES, target: 'Api::V1::Admin::UsersController',
      overlay: Overlays::AccountReactivation, overrides: { update: [:public, []] },
      relies_on: { 'Api::V1::ApiController' => { render_error: [:public, ERROR_PARAMETERS], current_provider: [:public, []] } }
    ),
    Hook.new(
      name: 'recording', variables: RECORDING_VARIABLES, target: 'RoomSettingsGetter', overlay: Overlays::Recording,
      overrides: { call: [:public, []] }, relies_on: { 'RoomSettingsGetter' => { initialize: [:private, ROOM_SETTINGS_PARAMETERS] } }
    ),
    Hook.new(
      name: 'recording-shown', variables: RECORDING_VARIABLES, target: 'CurrentUserSerializer', overlay: Overlays::RecordingShown,
      overrides: { permissions: [:public, []] }
    ),
    Hook.new(
      name: 'branding', variables: BRAND_SETTINGS, target: 'SettingGetter', overlay: Overlays::BrandingShown,
      overrides: { transform_value: [:private, [%i[req site_setting]]] }
    ),
    Hook.new(
      name: 'branding-form', variables: BRAND_SETTINGS, target: 'Api::V1::Admin::SiteSettingsController', overlay: Overlays::BrandingForm,
      overrides: { update: [:public, []], purge_branding_image: [:public, []], render_data: [:public, DATA_PARAMETERS] },
      relies_on: { 'Api::V1::ApiController' => { render_error: [:public, ERROR_PARAMETERS] } }
    ),
    Hook.new(
      name: 'branding-title', variables: %w[BRAND_NAME], target: 'ApplicationHelper', overlay: Overlays::BrandingTitle,
      overrides: { page_title: [:public, []] }
    ),
    Hook.new(
      name: 'branding-mails', variables: %w[BRAND_NAME], target: 'UserMailer', overlay: Overlays::MailTexts,
      overrides: { branding: [:private, []] }
    ),
    Hook.new(
      name: 'texts', variables: [*ACCOUNT_VARIABLES, 'BRAND_NAME'], target: 'Api::V1::LocalesController', overlay: Overlays::ClientTexts,
      overrides: { show: [:public, []] }
    )
  ].freeze
end
