# frozen_string_literal: true

# Prepended to the controller that serves the page's texts: rewords a few of Greenlight's in our languages; adds no key to its files.

require 'json'

module BbbTiers
  # Greenlight's texts with ours laid over them.
  module ClientTexts
    # Greenlight's key => ours.
    ACCOUNTS = {
      %w[toast error users invalid_invite] => 'client.invalid_invite',
      %w[toast error users email_exists] => 'client.email_exists'
    }.freeze
    NAME = { %w[homepage welcome_bbb] => 'client.welcome' }.freeze

    module_function

    # The JSON text for a language of ours, or nil.
    def json(path, language)
      return nil unless File.file?(path)

      texts = JSON.parse(File.read(path, encoding: Encoding::UTF_8))
      overrides(language).each { |keys, text| replace(texts, keys, text) }
      JSON.generate(texts)
    end

    def overrides(language)
      accounts = AccountPlaces.limit ? ACCOUNTS.transform_values { |key| Texts.find(key, language) } : {}
      brand = Branding.name
      name = brand ? NAME.transform_values { |key| Texts.find(key, language, brand:) } : {}
      accounts.merge(name).compact
    end

    # Only where Greenlight still has the key.
    def replace(texts, keys, text)
      group = texts.dig(*keys[0..-2])
      group[keys.last] = text if group.is_a?(Hash) && group[keys.last].is_a?(String)
    end
  end

  module Overlays
    # Languages that are not ours go the stock way.
    module ClientTexts
      def show
        language = params[:name].to_s
        return super unless Texts::LANGUAGES.include?(language)

        json = BbbTiers::ClientTexts.json(Rails.root.join('app', 'assets', 'locales', "#{language}.json").to_s, language)
        json ? render(json:) : super
      end
    end
  end
end
