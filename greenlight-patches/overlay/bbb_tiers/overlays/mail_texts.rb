# frozen_string_literal: true

# Prepended to Greenlight's mailer: its sentences carry the tenant's name, in our languages; adds no mail and changes no address.

module BbbTiers
  # Puts the sentences over Greenlight's, under Greenlight's keys, and Greenlight's own back when the tier has no branding any more.
  class MailTexts
    KEYS = %w[activation.welcome_to_bbb invitation.invitation_to_join new_user_signup.new_user new_user_signup.new_user_description].freeze
    # The one sentence in which Greenlight fills in the inviting person's name.
    KEY_WITH_NAME = 'invitation.you_have_been_invited'
    NAME_PLACE = format('%<open>sname}', open: '%{')

    def initialize
      @shown = nil
      @stock = {}
    end

    # `brand_name` nil: Greenlight's own sentences. Cheap when nothing has changed since the last mail.
    def show(brand_name)
      return if brand_name == @shown

      @shown = brand_name
      brand_name ? apply(brand_name) : restore
    end

    private

    # A line break has no place in a subject.
    def apply(brand_name)
      brand = brand_name.split.join(' ')
      Texts::LANGUAGES.each do |language|
        KEYS.each { |key| replace(key, language, brand:) }
        # What looks like a place to fill in, inside the brand's name, is escaped.
        replace(KEY_WITH_NAME, language, brand: brand.gsub('%{', '%%{'), name: NAME_PLACE)
      end
    end

    def restore
      @stock.each { |(key, language), text| store(key, language, text) }
    end

    # A key that Greenlight no longer has is left alone.
    def replace(key, language, **values)
      return unless I18n.exists?("email.#{key}", language.to_sym)

      # Asked without values, a text keeps its places.
      @stock[[key, language]] ||= I18n.t("email.#{key}", locale: language.to_sym)
      text = Texts.find("mail.#{key}", language, **values)
      store(key, language, text) if text
    end

    def store(key, language, text)
      I18n.backend.store_translations(language.to_sym, nested("email.#{key}", text))
    end

    def nested(key, text)
      key.split('.').reverse.inject(text) { |inner, part| { part.to_sym => inner } }
    end
  end

  module Overlays
    # Runs before each mail is written, in the process that writes it; boot stays quick.
    module MailTexts
      private

      def branding
        BbbTiers.runtime.mail_texts.show(Branding.name)
        super
      end
    end
  end
end
