# frozen_string_literal: true

# Entry of the overlay: reads the environment, applies the hooks and reports them; holds no rule of its own and never raises.

module BbbTiers
  # What the hooks need while Greenlight runs. `clock` answers `now`, as Time does.
  Runtime = Struct.new(:environment, :policy, :clock, :logger, :results, :mail_texts, keyword_init: true) do
    def skipped_hooks
      results.select { |result| result.state == :skipped }.map(&:name)
    end
  end
end

require_relative 'bbb_tiers/readings'
require_relative 'bbb_tiers/tier'
require_relative 'bbb_tiers/brand'
require_relative 'bbb_tiers/environment'
require_relative 'bbb_tiers/policy_document'
require_relative 'bbb_tiers/policy_file'
require_relative 'bbb_tiers/policy'
require_relative 'bbb_tiers/texts'
require_relative 'bbb_tiers/tier_claim'
require_relative 'bbb_tiers/moderator_line'
require_relative 'bbb_tiers/create_options'
require_relative 'bbb_tiers/advisory_lock'
require_relative 'bbb_tiers/account_places'
require_relative 'bbb_tiers/overlays/meeting_start'
require_relative 'bbb_tiers/overlays/room_limit'
require_relative 'bbb_tiers/overlays/account_limit'
require_relative 'bbb_tiers/overlays/recording'
require_relative 'bbb_tiers/overlays/branding'
require_relative 'bbb_tiers/overlays/mail_texts'
require_relative 'bbb_tiers/overlays/client_texts'
require_relative 'bbb_tiers/hook'
require_relative 'bbb_tiers/hooks'
require_relative 'bbb_tiers/status'

# The service-tier overlay for Greenlight v3.
module BbbTiers
  class << self
    attr_reader :runtime

    # Adds the overlay's own locale files to Greenlight's.
    def load_texts
      I18n.load_path |= Dir[File.join(__dir__, 'locales', '*.yml')]
    end

    # Applies every hook whose variable is set. Runs again on each code reload (development); the policy read so far is kept.
    # `env` is a Hash, `root` the Rails root. Returns the results, one per hook; a failure of the overlay itself is logged, not raised.
    def boot(env:, logger:, root:, clock: Time)
      @runtime ||= prepare(env, logger, clock)
      set = Environment.variables_set(env)
      runtime.results = HOOKS.map { |hook| hook.install(set) }
      Status.report(runtime.results, logger:, root:) if set.any?
      runtime.results
    rescue StandardError, ScriptError => e
      logger.error("bbb-tiers: overlay failed at boot, hooks may be missing: #{e.class}: #{e.message.lines.first.to_s.strip}")
      []
    end

    # Forgets what was read; the next `boot` starts anew.
    def reset
      @runtime = nil
    end

    def policy
      runtime.policy
    end

    def brand
      runtime.environment.brand
    end

    private

    def prepare(env, logger, clock)
      environment = Environment.read(env, logger:)
      file = environment.policy_path && PolicyFile.new(environment.policy_path, logger:)
      Runtime.new(environment:, policy: Policy.new(environment, file), clock:, logger:, results: [], mail_texts: MailTexts.new)
    end
  end
end
