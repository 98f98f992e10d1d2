# frozen_string_literal: true

# Says what was done to BBB's pipeline log (standard output) and to our own file; never a name or a secret.

require 'logger'

module BbbTiers
  # BBB's workers copy a hook's output line by line into their log (BigBlueButton.execute).
  class Journal
    def initialize(places, output = $stdout)
      @output = output
      @file = Logger.new(places.log_file, 'weekly')
    rescue SystemCallError
      @file = nil
    end

    def info(message)
      say(:info, message)
    end

    def warn(message)
      say(:warn, message)
    end

    private

    def say(level, message)
      @output.puts("bbb-tiers: #{'WARNING: ' if level == :warn}#{message}")
      @output.flush
      @file&.public_send(level, message)
    end
  end
end
