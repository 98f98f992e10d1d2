# frozen_string_literal: true

# Parses the text of the policy file into tiers, tenants and roles; refuses the whole text when one part is wrong.

require 'json'

module BbbTiers
  # The parsed policy file (its format is described in greenlight-patches/README.md).
  # `tiers`: code => Tier; `tenants`: id => { tier:, tier_by_role: }; `roles`: lower-case role name => tier code.
  PolicyDocument = Struct.new(:tiers, :tenants, :roles, :default_tier, keyword_init: true)

  # Reading of the policy file's text.
  class PolicyDocument
    VERSION = 1
    COUNTS = %w[accounts rooms_per_account meeting_duration_minutes max_participants].freeze

    # What is wrong with the text: path, expected, got.
    class Invalid < StandardError; end

    class << self
      # Raises Invalid; unknown keys are left alone, so that an older overlay reads a newer file.
      def parse(text)
        root = json(text)
        expect(root['version'] == VERSION, 'version', VERSION.to_s, root['version'])
        tiers = entries(root, 'tiers').to_h { |code, entry| [code, tier(code, entry)] }
        new(
          tiers:, default_tier: known(tiers, 'default_tier', root['default_tier']),
          tenants: entries(root, 'tenants').to_h { |id, entry| [id, tenant(tiers, id, entry)] },
          roles: entries(root, 'roles').to_h { |name, code| [role_key(name), known(tiers, "roles.#{name}", code)] }
        ).freeze
      end

      # Role names are compared without regard to case.
      def role_key(name)
        name.to_s.strip.downcase
      end

      private

      def json(text)
        root = JSON.parse(text)
        expect(root.is_a?(Hash), '(root)', 'an object', root)
        root
      rescue JSON::ParserError
        raise Invalid, 'expected JSON, got text that does not parse'
      end

      def entries(root, key)
        expect(root[key].is_a?(Hash), key, 'an object', root[key])
        root[key]
      end

      def tier(code, entry)
        expect(entry.is_a?(Hash), "tiers.#{code}", 'an object', entry)
        counts = COUNTS.to_h { |key| [key.to_sym, count("tiers.#{code}.#{key}", entry[key])] }
        Tier.new(
          code:, title: string("tiers.#{code}.title", entry['title']),
          recording: switch("tiers.#{code}.recording", entry['recording']),
          branding: switch("tiers.#{code}.branding", entry['branding']), guide: guide(code, entry['guide']), **counts
        ).freeze
      end

      # Absent in a file of an older service.
      def guide(code, entry)
        return nil if entry.nil?

        expect(entry.is_a?(Hash), "tiers.#{code}.guide", 'an object', entry)
        (COUNTS & entry.keys).to_h { |key| [key.to_sym, count("tiers.#{code}.guide.#{key}", entry[key])] }.freeze
      end

      def tenant(tiers, id, entry)
        expect(entry.is_a?(Hash), "tenants.#{id}", 'an object', entry)
        by_role = entry.fetch('tier_by_role', false)
        { tier: known(tiers, "tenants.#{id}.tier", entry['tier']), tier_by_role: switch("tenants.#{id}.tier_by_role", by_role) }
      end

      def count(path, value)
        return nil if value == Readings::UNLIMITED

        fits = value.is_a?(Integer) && value.between?(1, Readings::LARGEST)
        expect(fits, path, "a whole number from 1 or \"#{Readings::UNLIMITED}\"", value)
        value
      end

      def switch(path, value)
        expect([true, false].include?(value), path, 'true or false', value)
        value
      end

      def string(path, value)
        expect(value.is_a?(String), path, 'a text', value)
        value
      end

      def known(tiers, path, code)
        expect(tiers.key?(code), path, "one of #{tiers.keys.join(', ')}", code)
        code
      end

      def expect(condition, path, expected, got)
        raise Invalid, "#{path}: expected #{expected}, got #{got.inspect[0, 60]}" unless condition
      end
    end
  end
end
