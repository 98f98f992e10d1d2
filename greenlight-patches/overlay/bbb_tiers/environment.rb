# frozen_string_literal: true

# Reads the TIER_* and BRAND_* variables once; an unreadable one is logged and read strictly, never raised.

module BbbTiers
  # `tier` holds the numbers of the environment, `policy_path` the file that wins over them (nil: none).
  Environment = Struct.new(:tenant, :claim_secret, :policy_path, :tier, :brand, keyword_init: true)

  # Reading of the process environment.
  class Environment
    # Stands in for a number that cannot be read: strict enough that a typing error gives nothing away, and a meeting still takes place.
    STRICTEST = { accounts: 1, rooms_per_account: 1, meeting_duration_minutes: 60, max_participants: 10 }.freeze

    COUNTS = {
      accounts: 'TIER_ACCOUNTS', rooms_per_account: 'TIER_ROOMS_PER_ACCOUNT',
      meeting_duration_minutes: 'TIER_MEETING_DURATION_MINUTES', max_participants: 'TIER_MAX_PARTICIPANTS'
    }.freeze

    # What is promised where the number above is not enforced.
    GUIDE = {
      meeting_duration_minutes: 'TIER_GUIDE_MEETING_DURATION_MINUTES', max_participants: 'TIER_GUIDE_MAX_PARTICIPANTS'
    }.freeze

    # field => [variable, reading]
    BRAND = {
      name: ['BRAND_NAME', :text], logo_url: ['BRAND_LOGO_URL', :secure_address],
      primary_color: ['BRAND_PRIMARY_COLOR', :color], primary_color_light: ['BRAND_PRIMARY_COLOR_LIGHT', :color],
      banner_text: ['BRAND_BANNER_TEXT', :text], terms_url: ['BRAND_TERMS_URL', :address],
      privacy_url: ['BRAND_PRIVACY_URL', :address], help_url: ['BRAND_HELP_URL', :address]
    }.freeze

    EXPECTED = {
      count: "a whole number from 1 or '#{Readings::UNLIMITED}'", switch: "'true' or 'false'", dns_label: 'a DNS label such as acme',
      color: 'a colour such as #0a7d55', address: 'an http or https address', secure_address: 'an https address'
    }.freeze

    VARIABLES = (%w[TIER_CODE TIER_TITLE TIER_RECORDING TIER_TENANT TIER_CLAIM_SECRET TIER_POLICY_FILE] +
                 COUNTS.values + GUIDE.values + BRAND.values.map(&:first)).freeze

    # The overlay's variables that are set; an empty one counts as unset (compose files produce those).
    def self.variables_set(env)
      VARIABLES.select { |name| text_of(env, name) }
    end

    def self.read(env, logger:)
      Reader.new(env, logger).environment
    end

    # Ruby labels the environment with the process's locale, which may be plain ASCII in a container; the bytes are UTF-8.
    def self.text_of(env, name)
      text = env[name].to_s.dup.force_encoding(Encoding::UTF_8).scrub.strip
      text.empty? ? nil : text
    end

    # One pass over the variables.
    class Reader
      def initialize(env, logger)
        @env = env
        @logger = logger
      end

      def environment
        Environment.new(tenant: reading('TIER_TENANT', :dns_label), claim_secret: text('TIER_CLAIM_SECRET'),
                        policy_path: text('TIER_POLICY_FILE'), tier: tier.freeze, brand: brand.freeze).freeze
      end

      private

      def text(name)
        Environment.text_of(@env, name)
      end

      def tier
        counts = COUNTS.to_h { |field, name| [field, reading(name, :count, strictest: STRICTEST.fetch(field))] }
        recording = reading('TIER_RECORDING', :switch, strictest: false)
        guide = GUIDE.transform_values { |name| reading(name, :count) }.compact.freeze
        Tier.new(code: text('TIER_CODE'), title: text('TIER_TITLE'), recording: recording.nil? || recording, branding: true,
                 guide:, **counts)
      end

      def brand
        Brand.new(**BRAND.transform_values { |(name, kind)| reading(name, kind) })
      end

      # nil when the variable is not set, `strictest` when it cannot be read.
      def reading(name, kind, strictest: nil)
        given = text(name)
        return nil unless given

        read = Readings.public_send(kind, given)
        return read unless read == :invalid

        instead = strictest.nil? ? 'not set' : strictest
        @logger.error("bbb-tiers: #{name}: expected #{EXPECTED.fetch(kind)}, got #{given[0, 40].inspect}; read as #{instead}")
        strictest
      end
    end
  end
end
