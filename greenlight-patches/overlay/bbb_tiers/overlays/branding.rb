# frozen_string_literal: true

# Prepended to Greenlight's setting reader and its admin form: the environment's branding is shown and cannot be edited; stores nothing.

module BbbTiers
  # Whether the tenant's tier has branding at the moment.
  module Branding
    module_function

    def setting(name)
      BbbTiers.brand.site_setting(name) if BbbTiers.policy.tenant_tier.branding
    end

    def fixed
      BbbTiers.policy.tenant_tier.branding ? BbbTiers.brand.site_settings : {}
    end

    def name
      BbbTiers.brand.name if BbbTiers.policy.tenant_tier.branding
    end
  end

  module Overlays
    # Every page, mail and preview reads its settings here.
    module BrandingShown
      private

      def transform_value(site_setting)
        Branding.setting(site_setting.setting.name) || super
      end
    end

    # The admin form reads and writes the tables past the setting reader.
    module BrandingForm
      def update
        Branding.setting(params[:name].to_s) ? render_error(status: :forbidden) : super
      end

      def purge_branding_image
        Branding.setting('BrandingImage') ? render_error(status: :forbidden) : super
      end

      # The form shows what holds, not what the table has.
      def render_data(**arguments)
        data = arguments[:data]
        return super unless data.is_a?(Hash)

        super(**arguments, data: data.merge(Branding.fixed.slice(*data.keys)))
      end
    end

    # The title that link previews show. A room's own name stays.
    module BrandingTitle
      STOCK = 'BigBlueButton'

      def page_title
        title = super
        title == STOCK ? Branding.name || title : title
      end
    end
  end
end
