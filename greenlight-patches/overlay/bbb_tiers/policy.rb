# frozen_string_literal: true

# Says which tier holds for an account and for the tenant; reads numbers, decides nothing about them.

module BbbTiers
  # The policy file wins over the environment as soon as it could be read once.
  class Policy
    def initialize(environment, file)
      @environment = environment
      @file = file
    end

    # The tier of whoever owns a room or an account: by the name of their Greenlight role where the tenant says so.
    def tier_for(user)
      document = @file&.document
      return @environment.tier unless document

      by_role(document, user) || tenant_tier_in(document)
    end

    # The tenant's own tier, which counts its accounts and allows its branding, whatever the roles say.
    def tenant_tier
      document = @file&.document
      document ? tenant_tier_in(document) : @environment.tier
    end

    private

    def by_role(document, user)
      return nil unless document.tenants.dig(@environment.tenant, :tier_by_role)

      role_name = user&.role&.name
      document.tiers[document.roles[PolicyDocument.role_key(role_name)]] if role_name
    end

    def tenant_tier_in(document)
      code = document.tenants.dig(@environment.tenant, :tier) || @environment.tier.code
      document.tiers[code] || document.tiers.fetch(document.default_tier)
    end
  end
end
