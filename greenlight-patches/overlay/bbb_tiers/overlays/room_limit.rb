# frozen_string_literal: true

# Prepended to Greenlight's permission check, its serializer and what makes rooms: rooms per account; never touches a room that exists.

require_relative '../advisory_lock'

module BbbTiers
  # One room at a time for each account whose rooms are limited: Greenlight counts first and creates after.
  module RoomTurn
    module_function

    def take(owner, &)
      return yield unless owner && BbbTiers.policy.tier_for(owner).rooms_per_account

      AdvisoryLock.exclusively(User, 'rooms', owner.id, &)
    end
  end

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

    # Count and creation in one turn. Who is asked for another's room is Greenlight's business, as is an owner that does not exist.
    module RoomCreation
      def create
        RoomTurn.take(User.find_by(id: room_params[:user_id])) { super }
      end
    end

    # The first room, which Greenlight makes for who has none. Nobody's sign-in fails because it has to wait for too long.
    module RoomByDefault
      def create_default_room(user)
        RoomTurn.take(user) { super }
      rescue AdvisoryLock::Busy => e
        Rails.logger.warn("bbb-tiers: no default room made: #{e.message}")
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
