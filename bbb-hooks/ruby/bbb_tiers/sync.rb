# frozen_string_literal: true

# Settles what had to wait: late reports, recordings in doubt, leftovers, retention; never decides by itself.

require_relative 'steps'

module BbbTiers
  # Run by bbb-tiers-recordings.timer as BBB's user. Everything may be run twice.
  class Sync
    def initialize(places, steps: Steps.new(places), now: Time.now)
      @places = places
      @steps = steps
      @now = now
    end

    # Returns true when nothing failed. A sidecar that is away fails nothing: it waits.
    def call
      waiting = @steps.reports.deliver(Places::REPORTS_PER_SYNC)
      @steps.journal.warn("#{waiting} reports wait for the sidecar") if waiting.positive?
      settled = memory.names('pending').select { |id| RecordingId.valid?(id) }.map { |id| settle(id) }
      settled << retention
      prune
      @steps.reports.deliver(Places::REPORTS_PER_SYNC)
      settled.all?
    end

    private

    def memory
      @steps.memory
    end

    def settle(id)
      entry = memory.read('pending', id)
      return forget(id) if entry.nil?

      entry['remove'] ? finish_removal(id, entry) : ask_again(id, entry)
    rescue SystemCallError => e
      @steps.journal.warn("#{id} could not be settled: #{e.message}")
      false
    end

    # A worker that was busy with another format may have put files back: look again until an hour has passed.
    def finish_removal(id, entry)
      result = Removal.new(@places, id, ended: entry['ended']).call
      still_there = result.failed + result.left
      still_there.each { |path, why| @steps.journal.warn("#{id} could not remove #{path}: #{why}") }
      return false unless still_there.empty?

      @steps.reports.add(id, 'removed', nil, result.bytes) if result.bytes.positive?
      memory.forget('pending', id) if memory.age_seconds('pending', id, @now) > Places::LEFTOVERS_AFTER_SECONDS
      true
    end

    def ask_again(id, entry)
      answer = @steps.sidecar.verdict(id)
      case answer['verdict']
      when 'keep' then bring_back(id, entry, answer)
      when 'remove' then @steps.remove(id, nil, Decision.new(verdict: :remove, reason: answer['reason'], code: answer['code'], live: true))
      else true
      end
    rescue Sidecar::Away
      true
    end

    # Only what we put away ourselves and nobody has moved since.
    def bring_back(id, entry, answer)
      (entry['held'] || {}).each do |format, state|
        next @steps.journal.warn("#{id} may be published: run `bbb-record --rebuild #{id}`") if state == 'process'
        next unless RecordingId.valid_format?(format) && %w[unpublished deleted].include?(state)

        moved = Visibility.new(@places).move(id, format, from: state, to: 'published')
        @steps.journal.info("#{id} #{format} published again: #{answer['reason']}") unless moved.empty?
        @steps.reports.add(id, 'kept', format, 0)
      end
      forget(id)
    end

    def retention
      @steps.sidecar.due.map { |id| remove_due(id) }.all?
    rescue Sidecar::Away
      true
    end

    # The sidecar lists an id only after BBB's API has deleted it; what can still be watched is not touched here.
    def remove_due(id)
      removal = Removal.new(@places, id)
      if removal.visible?
        @steps.journal.warn("#{id} is due by retention but can still be watched: left alone, delete it through BBB's API first")
        return false
      end
      @steps.remove(id, nil, Decision.new(verdict: :remove, reason: 'retention', live: true))
    end

    def forget(id)
      memory.forget('pending', id)
      true
    end

    def prune
      memory.names('verdicts').each do |id|
        memory.forget('verdicts', id) if memory.age_seconds('verdicts', id, @now) > Places::VERDICT_KEPT_SECONDS
      end
    end
  end
end
