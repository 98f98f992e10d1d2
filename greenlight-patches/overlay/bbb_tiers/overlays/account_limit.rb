# frozen_string_literal: true

# Prepended to the controllers that open accounts: refuses the one that does not fit, in Greenlight's own error shapes.

module BbbTiers
  module Overlays
    # The page knows a closed list of codes; ours reuse two of them, whose wording ClientTexts widens. `data` tells API callers more.
    module AccountRefusal
      REASON = 'AccountLimitError'

      private

      def refuse_account(code)
        render_error data: REASON, errors: Rails.configuration.custom_error_msgs.fetch(code), status: :bad_request
      end
    end

    # While the tenant is full the page offers no sign-up. An approval procedure stays as it is: Greenlight decides by it who may sign in.
    module AccountRegistration
      private

      def transform_value(site_setting)
        value = super
        return value unless site_setting.setting.name == 'RegistrationMethod' && value == 'open'

        AccountPlaces.full?(site_setting.provider) ? 'invite' : value
      end
    end

    # Sign-up, with or without an invitation, and accounts made by an administrator. Refused before an invitation is used up.
    module AccountSignUp
      include AccountRefusal

      def create
        return super if external_auth? || (current_user && !may_manage_users?)

        refuse_account(current_user ? :email_exists : :invite_token_invalid) unless AccountPlaces.admit(current_provider) { super }
      end

      private

      def may_manage_users?
        PermissionsChecker.new(current_user:, permission_names: 'ManageUsers', current_provider:).call
      end
    end

    # First sign-in through OIDC. People who have an account are never stopped.
    module AccountExternal
      def create_user
        return super if account_known?(request.env['omniauth.auth'])

        admitted = AccountPlaces.admit(current_provider) { super }
        redirect_to root_path(error: Rails.configuration.custom_error_msgs.fetch(:invite_token_invalid)) unless admitted
      rescue AdvisoryLock::Busy => e
        Rails.logger.warn("bbb-tiers: OIDC sign-up turned away: #{e.message}")
        redirect_to root_path(error: Rails.configuration.custom_error_msgs.fetch(:external_signup_error))
      end

      private

      # Nothing to go by reads as known: Greenlight has its own answer to that.
      def account_known?(credentials)
        return true unless credentials && AccountPlaces.limit
        return true if User.exists?(external_id: credentials['uid'], provider: current_provider)

        ENV.fetch('USE_EMAIL_AS_EXTERNAL_ID_FALLBACK', 'false') == 'true' &&
          User.exists?(email: credentials['info']['email'], provider: current_provider)
      end
    end

    # Invitations that could not be taken up are not sent.
    module AccountInvitation
      include AccountRefusal

      def create
        emails = params.dig(:invitations, :emails).to_s.split(',').map(&:strip).reject(&:empty?)
        return super if AccountPlaces.fit?(current_provider, emails, now: BbbTiers.runtime.clock.now)

        refuse_account(:email_exists)
      end
    end

    # A banned account does not count, so lifting the ban needs a place.
    module AccountReactivation
      include AccountRefusal

      def update
        status = params.dig(:user, :status).to_s
        return super if ['', AccountPlaces::BANNED].include?(status) || !banned_here?

        refuse_account(:record_invalid) unless AccountPlaces.admit(current_provider) { super }
      end

      private

      def banned_here?
        User.exists?(id: params[:id], provider: current_provider, status: AccountPlaces::BANNED)
      end
    end
  end
end
