# frozen_string_literal: true

# Prepended to Greenlight's permission check and its serializer: rooms per account; never touches a room that exists.

module BbbTiers
  module Overlays
    # The refusal itself; Greenlight answers with its own RoomLimitError.
    module RoomLimit
      private

      def authorize_room_limit
        return false unless super

        owner = User.find(@user_id)
        limit = BbbTiers.policy.tier_for(owner).rooms_per_account
        limit.nil? || owner.rooms.count < limit
      end
    end

    # The number the page goes by when it hides the button. Greenlight keeps it as a String.
    module RoomLimitShown
      def permissions
        limit = BbbTiers.policy.tier_for(object).rooms_per_account
        super.to_h { |name, value| [name, name == 'RoomLimit' && limit && value.to_i > limit ? limit.to_s : value] }
      end
    end
  end
end
