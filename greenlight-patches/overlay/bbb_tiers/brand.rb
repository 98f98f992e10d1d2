# frozen_string_literal: true

# What the environment says about the tenant's appearance; never reads the database.

module BbbTiers
  # A field that is nil is not set by the environment: Greenlight's own value stands.
  Brand = Struct.new(:name, :logo_url, :primary_color, :primary_color_light, :banner_text, :terms_url, :privacy_url, :help_url,
                     keyword_init: true) do
    # The value of one of Greenlight's site settings, or nil where the environment does not fix it.
    def site_setting(setting_name)
      site_settings[setting_name]
    end

    # Greenlight's site settings the environment fixes, by Greenlight's names.
    def site_settings
      { 'BrandingImage' => logo_url, 'PrimaryColor' => primary_color, 'PrimaryColorLight' => primary_color_light,
        'Terms' => terms_url, 'PrivacyPolicy' => privacy_url, 'HelpCenter' => help_url }.compact
    end
  end
end
