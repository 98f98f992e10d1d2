# frozen_string_literal: true

# Prepended to Greenlight's room settings and serializer: recording reads as off where the owner's tier says so; hides no old recording.

module BbbTiers
  module Overlays
    # Room settings, recording consent on the join page, and what MeetingStarter asks for.
    module Recording
      def call
        settings = super
        return settings unless settings['record'] && settings['record'] != 'false'

        owner = Room.find_by(id: @room_id)&.user
        settings['record'] = 'false' unless BbbTiers.policy.tier_for(owner).recording
        settings
      end
    end

    # The switch in the room settings.
    module RecordingShown
      def permissions
        shown = super
        return shown if !shown.key?('CanRecord') || BbbTiers.policy.tier_for(object).recording

        shown.merge('CanRecord' => 'false')
      end
    end
  end
end
