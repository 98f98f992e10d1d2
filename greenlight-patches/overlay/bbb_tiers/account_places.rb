# frozen_string_literal: true

# Counts a tenant's accounts against its tier; adds and removes none.

require_relative 'advisory_lock'

module BbbTiers
  # Every account of the tenant counts, pending and unverified ones too; a banned one does not.
  module AccountPlaces
    BANNED = 'banned'
    # Greenlight honours an invitation for this long.
    INVITATION_SECONDS = 7 * 24 * 3600

    module_function

    # nil: unlimited.
    def limit
      BbbTiers.policy.tenant_tier.accounts
    end

    def full?(provider)
      places = limit
      places ? taken(provider) >= places : false
    end

    # Yields when there is a place, while nobody else can take it. Answers whether it did.
    def admit(provider)
      exclusively(provider) do
        return false if full?(provider)

        yield
      end
      true
    end

    # Whether these addresses, accounts and open invitations together would still fit.
    def fit?(provider, emails, now:)
      places = limit
      return true unless places

      open = Invitation.where(provider:, updated_at: (now - INVITATION_SECONDS)..).pluck(:email)
      invited = (open + emails).map(&:downcase).uniq
      newcomers = invited - User.where(provider:, email: invited).pluck(:email)
      taken(provider) + newcomers.size <= places
    end

    def taken(provider)
      User.where(provider:).where.not(status: BANNED).count
    end

    def exclusively(provider, &)
      return yield unless limit

      AdvisoryLock.exclusively(User, 'accounts', provider, &)
    end
  end
end
