# frozen_string_literal: true

# Prepended to Greenlight's mailer: its sentences carry the tenant's name, in our languages; adds no mail and changes no address.

module BbbTiers
  # Puts the sentences over Greenlight's, under Greenlight's keys, once per process: the name comes from the environment.
  module MailTexts
    KEYS = %w[activation.welcome_to_bbb invitation.invitation_to_join new_user_signup.new_user new_user_signup.new_user_description].freeze
    # The one sentence in which Greenlight fills in the inviting person's name.
    KEY_WITH_NAME = 'invitation.you_have_been_invited'
    NAME_PLACE = format('%<open>sname}', open: '%{')

    module_function

    # A line break has no place in a subject.
    def apply(brand_name)
      brand = brand_name.split.join(' ')
      Texts::LANGUAGES.each do |language|
        KEYS.each { |key| replace(key, language, brand:) }
        # What looks like a place to fill in, inside the brand's name, is escaped.
        replace(KEY_WITH_NAME, language, brand: brand.gsub('%{', '%%{'), name: NAME_PLACE)
      end
    end

    # A key that Greenlight no longer has is left alone.
    def replace(key, language, **values)
      return unless I18n.exists?("email.#{key}", language.to_sym)

      text = Texts.find("mail.#{key}", language, **values)
      I18n.backend.store_translations(language.to_sym, nested("email.#{key}", text)) if text
    end

    def nested(key, text)
      key.split('.').reverse.inject(text) { |inner, part| { part.to_sym => inner } }
    end
  end

  module Overlays
    # Runs before each mail is written, in the process that writes it; boot stays quick.
    module MailTexts
      @applied = false

      class << self
        def apply_once
          return if @applied

          @applied = true
          BbbTiers::MailTexts.apply(Branding.name)
        end
      end

      private

      def branding
        MailTexts.apply_once if Branding.name
        super
      end
    end
  end
end
