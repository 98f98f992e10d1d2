# frozen_string_literal: true

# Loads the service-tier overlay into Greenlight; never queries the database or the network and never stops Greenlight from booting.

begin
  require Rails.root.join('overlay', 'bbb_tiers').to_s

  BbbTiers.load_texts

  # Classes under app/ cannot be resolved in an initializer's body, only from here on.
  Rails.application.config.to_prepare do
    BbbTiers.boot(env: ENV.to_h, logger: Rails.logger, root: Rails.root.to_s)
  end
rescue StandardError, ScriptError => e
  Rails.logger.error("bbb-tiers: overlay not loaded, no limit applies here: #{e.class}: #{e.message.lines.first.to_s.strip} " \
                     '(is the overlay directory mounted at overlay/ in the Rails root?)')
end
