# frozen_string_literal: true

# Prepended to BigBlueButtonApi: gives every `create` the room owner's tier, whoever starts the meeting.

module BbbTiers
  module Overlays
    # Greenlight retries a failed start with the same options; they are copied, never changed.
    module MeetingStart
      def start_meeting(room:, options: {}, presentation_url: nil)
        tiered = CreateOptions.for(room, options, tier: BbbTiers.policy.tier_for(room.user), runtime: BbbTiers.runtime)
        super(room:, options: tiered, presentation_url:)
      end
    end
  end
end
