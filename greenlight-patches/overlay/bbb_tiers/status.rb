# frozen_string_literal: true

# Tells the operator which hooks hold: one log line per skipped hook, one summary, one small JSON file; writes nothing secret.

require 'json'

module BbbTiers
  # The file lies in Greenlight's tmp/ directory; the names of skipped hooks also travel in the metadata `tier-hooks` of each create.
  module Status
    FILE = File.join('tmp', 'bbb_tiers_status.json')

    module_function

    # Quiet in the rake tasks that every container start runs first; the server says what applies.
    def report(results, logger:, root:)
      skipped = results.select { |result| result.state == :skipped }
      skipped.each { |result| logger.error("bbb-tiers: hook #{result.name} skipped: #{result.reason}") }
      logger.public_send(server? ? :info : :debug, "bbb-tiers: #{summary(results)}")
      write(results, File.join(root, FILE), logger)
    end

    def summary(results)
      %i[applied skipped off].filter_map do |state|
        names = results.select { |result| result.state == state }.map(&:name)
        "#{state}: #{names.join(' ')}" if names.any?
      end.join('; ')
    end

    def write(results, path, logger)
      hooks = results.to_h { |result| [result.name, { state: result.state, reason: result.reason }.compact] }
      temporary = "#{path}.#{Process.pid}"
      File.write(temporary, "#{JSON.pretty_generate(version: 1, hooks:)}\n")
      File.rename(temporary, path)
    rescue SystemCallError => e
      logger.debug("bbb-tiers: #{path} not written: #{e.class}")
    end

    def server?
      defined?(Rails::Server) ? true : false
    end
  end
end
