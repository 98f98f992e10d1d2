# frozen_string_literal: true

# Looks up the overlay's own texts in Greenlight's locale mechanism (I18n); answers nil rather than an error.

module BbbTiers
  # The texts live in overlay/locales/<language>.yml under the key `bbb_tiers`.
  module Texts
    LANGUAGES = %w[de en es fr].freeze
    DEFAULT_LANGUAGE = 'en'

    module_function

    # "de_AT" and "de-DE" are "de". nil when we have no texts in that language.
    def language(code)
      short = code.to_s[0, 2].downcase
      short if LANGUAGES.include?(short) && code.to_s.match?(/\A[A-Za-z]{2}(\z|[-_])/)
    end

    # The person's language, else Greenlight's default, else English.
    def language_for(user)
      language(user&.language) || language(I18n.default_locale) || DEFAULT_LANGUAGE
    end

    # nil when the text is missing; a missing text must not cost anyone a meeting.
    def find(key, language, **values)
      I18n.t("bbb_tiers.#{key}", locale: language.to_sym, raise: true, **values)
    rescue StandardError => e
      BbbTiers.runtime&.logger&.warn("bbb-tiers: text bbb_tiers.#{key} is missing in #{language}: #{e.class}")
      nil
    end
  end
end
