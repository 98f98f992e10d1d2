# frozen_string_literal: true

# Takes the arguments BBB's workers give a hook (-m <internal id>, -f <format>) and runs the step; never guesses an id.

require 'optparse'
require_relative 'steps'

module BbbTiers
  # base_worker.rb runs `ruby <hook> -m <id>` and, for process and publish, `-f <format>`.
  module Hook
    USAGE = 64

    module_function

    def run(step, argv)
      id, format = arguments(argv)
      raise ArgumentError, '-f: expected a playback format, got none' if step == :post_process && format.nil?

      steps = Steps.new(Places.here)
      steps.public_send(step, id, format) ? 0 : 1
    rescue ArgumentError, OptionParser::ParseError => e
      warn("bbb-tiers: #{e.message}")
      USAGE
    end

    def arguments(argv)
      id = format = nil
      rest = OptionParser.new do |parser|
        parser.on('-m', '--meeting-id ID') { |value| id = value }
        parser.on('-f', '--format FORMAT') { |value| format = value }
      end.parse(argv)
      raise ArgumentError, "unexpected argument #{rest.first.inspect}" unless rest.empty?
      raise ArgumentError, "-m: expected an internal meeting id (40 hex digits, '-', 13 digits), got #{id.inspect}" unless RecordingId.valid?(id)
      raise ArgumentError, "-f: expected a playback format, got #{format.inspect}" unless format.nil? || RecordingId.valid_format?(format)

      [id, format]
    end
  end
end
