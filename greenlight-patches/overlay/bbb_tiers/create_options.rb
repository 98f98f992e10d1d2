# frozen_string_literal: true

# Lays a tier over the options of one `create`; only ever tightens, changes no argument, needs neither network nor database.

module BbbTiers
  # Option names are BBB's own; callers mix String and Symbol keys, of which BBB's gem sends the later one.
  module CreateOptions
    RECORDING_OFF = { record: 'false', autoStartRecording: 'false', allowStartStopRecording: 'false' }.freeze
    # Comes back in the recording's own metadata: what the pipeline on the BBB host goes by when it cannot ask.
    RECORDING_FORBIDDEN = 'forbidden'
    OWN_METADATA = /\Ameta_tier-/i

    module_function

    # A new Hash with Symbol keys. `tier` is the room owner's.
    def for(room, options, tier:, runtime:)
      given = options.reject { |name, _| name.to_s.match?(OWN_METADATA) }
      tightened = given.transform_keys(&:to_sym).merge(limits(given, tier), metadata(room, tier, runtime))
      tightened.merge!(appearance(runtime))
      with_moderator_line(tightened, room, tier)
    end

    def limits(given, tier)
      numbers = { duration: smaller(given, 'duration', tier.meeting_duration_minutes),
                  maxParticipants: smaller(given, 'maxParticipants', tier.max_participants) }
      numbers.compact.merge(tier.recording ? {} : RECORDING_OFF)
    end

    # The caller's own number stays where it is the smaller one; 0 and anything unreadable mean "no limit" to BBB. nil: leave as given.
    def smaller(given, name, limit)
      return nil unless limit

      asked = given.filter_map { |key, value| value.to_s.strip[/\A[0-9]+\z/]&.to_i if key.to_s == name }
      (asked.select(&:positive?) << limit).min
    end

    def metadata(room, tier, runtime)
      skipped = runtime.skipped_hooks
      { 'meta_tier-tenant': runtime.environment.tenant, 'meta_tier-code': tier.code, 'meta_tier-claim': claim(room, tier, runtime),
        'meta_tier-recording': (RECORDING_FORBIDDEN unless tier.recording),
        'meta_tier-hooks': (skipped.join(' ') if skipped.any?) }.compact
    end

    def claim(room, tier, runtime)
      tenant = runtime.environment.tenant
      secret = runtime.environment.claim_secret
      return nil unless tenant && secret && tier.code

      TierClaim.sign(tenant:, tier: tier.code, owner_id: room.user.id, meeting_id: room.meeting_id,
                     now: runtime.clock.now, secret:)
    end

    def appearance(runtime)
      return {} unless runtime.policy.tenant_tier.branding

      { logo: runtime.environment.brand.logo_url, bannerText: runtime.environment.brand.banner_text }.compact
    end

    def with_moderator_line(options, room, tier)
      line = ModeratorLine.write(title: tier.title, minutes: number(options[:duration]), places: number(options[:maxParticipants]),
                                 guide: tier.guide, language: Texts.language_for(room.user))
      line ? options.merge(moderatorOnlyMessage: ModeratorLine.append(options[:moderatorOnlyMessage], line)) : options
    end

    def number(value)
      read = value.to_s.to_i
      read.positive? ? read : nil
    end
  end
end
