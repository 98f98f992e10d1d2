# frozen_string_literal: true

# Finds out what is to become of one recording: sidecar, remembered verdict, marker, doubt; never acts on it.

require_relative 'metadata'
require_relative 'sidecar'

module BbbTiers
  # verdict: :keep, :remove, :hide (the marker alone says forbidden: out of sight, raw files stay) or
  # :doubt (nobody knows: unpublished, nothing lost). live: whether the sidecar itself answered.
  Decision = Struct.new(:verdict, :reason, :code, :live, keyword_init: true) do
    def to_s
      [verdict, ("(#{code})" if code), reason].compact.join(' ')
    end
  end

  # The order of trust. A positive answer of the sidecar wins, also one it gave at an earlier step; only the
  # sidecar can say `remove`, because only it knows a tier that was raised while the meeting ran.
  class Decide
    LIVE = { 'keep' => :keep, 'remove' => :remove }.freeze

    def initialize(places, sidecar, memory)
      @metadata = Metadata.new(places)
      @sidecar = sidecar
      @memory = memory
    end

    # Always returns a decision: whatever goes wrong on the way is doubt.
    def call(id)
      decide(id)
    rescue StandardError => e
      Decision.new(verdict: :doubt, reason: "could not be decided: #{e.class} #{e.message}", live: false)
    end

    private

    def decide(id)
      answer, away = ask(id)
      return live(id, answer) if answer && LIVE.key?(answer['verdict'])

      remembered(id) || marked(id, away || "the sidecar does not know this recording: #{answer['reason']}", !answer.nil?)
    end

    def ask(id)
      [@sidecar.verdict(id), nil]
    rescue Sidecar::Away => e
      [nil, e.message]
    end

    def live(id, answer)
      @memory.write('verdicts', id, answer)
      decision(answer, answer['reason'], live: true)
    rescue SystemCallError
      decision(answer, answer['reason'], live: true)
    end

    def remembered(id)
      answer = @memory.read('verdicts', id)
      return unless answer && LIVE.key?(answer['verdict'])

      decision(answer, "#{answer['reason']} (as the sidecar said earlier)", live: false)
    end

    def decision(answer, reason, live:)
      Decision.new(verdict: LIVE.fetch(answer['verdict']), reason: reason, code: answer['code'], live: live)
    end

    def marked(id, why, live)
      verdict, reason = case @metadata.marker(id)
                        when :forbidden then [:hide, "its own metadata says #{Metadata::MARKER}=#{Metadata::FORBIDDEN}; #{why}"]
                        when :absent then [:doubt, why]
                        else [:doubt, "#{why}; its metadata cannot be read"]
                        end
      Decision.new(verdict: verdict, reason: reason, live: live)
    end
  end
end
