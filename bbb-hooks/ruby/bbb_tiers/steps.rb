# frozen_string_literal: true

# Does what a decision asks for at each step of BBB's recording pipeline; never decides.

require_relative 'decision'
require_relative 'journal'
require_relative 'memory'
require_relative 'places'
require_relative 'removal'
require_relative 'reports'
require_relative 'visibility'

module BbbTiers
  # One method per hook folder. Each returns true when all went well; false becomes the hook's exit code 1,
  # which BBB logs as a warning and otherwise ignores.
  class Steps
    attr_reader :journal, :memory, :reports, :sidecar

    def initialize(places, journal: Journal.new(places))
      @places = places
      @journal = journal
      @memory = Memory.new(places)
      @sidecar = Sidecar.new(places)
      @reports = Reports.new(@sidecar, @memory)
    end

    # After the sanity check. Nothing can be removed here without failing the steps that follow: the verdict is
    # asked for and remembered, in case the sidecar is away later.
    def post_archive(id, _format)
      with_decision(id) do |decision|
        journal.info("#{id} archived: #{decision}")
        true
      end
    end

    # Between processing and publishing, the last moment at which nobody can have seen anything. Without the
    # processed files the publish script fails before it copies a byte: that failure is wanted.
    def post_process(id, format)
      with_decision(id) do |decision|
        case decision.verdict
        when :remove then remove(id, format, decision)
        when :hide then hold_back(id, format, decision)
        else true
        end
      end
    end

    # After publishing, before any other hook (they run sorted) tells the world.
    def post_publish(id, format)
      with_decision(id) do |decision|
        case decision.verdict
        when :remove then remove(id, format, decision)
        when :hide then put_away(id, format, 'deleted', decision)
        when :doubt then put_away(id, format, 'unpublished', decision)
        else keep(id, format, decision)
        end
      end
    end

    # Removes all of the recording, raw files too. What could not be removed, or what a step still at work puts
    # there again, is removed by the next `bbb-tiers-recordings --sync`.
    def remove(id, format, decision)
      entry = memory.read('pending', id) || {}
      removal = Removal.new(@places, id, ended: entry['ended'])
      remember('pending', id, 'remove' => true, 'ended' => removal.ended?, 'reason' => decision.reason)
      result = removal.call
      result.failed.each { |path, why| journal.warn("#{id} could not remove #{path}: #{why}; give BBB's user the right to, or remove it as root") }
      return false unless result.failed.empty?

      journal.info("#{id} #{result.left.size} captures are left to bbb-tiers-recordings.timer") unless result.left.empty?
      journal.info("#{id} removed, #{result.bytes} bytes: #{decision}. A publish step that fails for it now is meant to.")
      reports.add(id, 'removed', format, result.bytes)
      true
    end

    # A memory that cannot be written must not keep a step from acting.
    def remember(kind, id, value)
      memory.write(kind, id, value)
    rescue SystemCallError => e
      journal.warn("#{id} could not be noted: #{e.message}; run bbb-tiers' install.sh again")
    end

    private

    def with_decision(id)
      decision = Decide.new(@places, sidecar, memory).call(id)
      yield(decision)
    rescue StandardError => e
      journal.warn("#{id} could not be handled: #{e.message}; it is as BBB left it")
      false
    ensure
      reports.deliver(Places::REPORTS_PER_HOOK) if decision&.live
    end

    def keep(id, format, decision)
      journal.info("#{id} #{format} kept: #{decision}")
      reports.add(id, 'kept', format, 0)
      true
    end

    def hold_back(id, format, decision)
      result = Removal.new(@places, id).drop_processed(format)
      result.failed.each { |path, why| journal.warn("#{id} could not remove #{path}: #{why}") }
      journal.warn("#{id} #{format} held back before publishing, raw files stay: #{decision}. " \
                   "The publish step fails now, as meant; `bbb-record --rebuild #{id}` brings it back.")
      note_hold(id, [[format, 'process']], decision)
      reports.add(id, 'unpublished', format, 0)
      result.failed.empty?
    end

    def put_away(id, format, state, decision)
      moved = Visibility.new(@places).move(id, format, from: 'published', to: state)
      return true if moved.empty?

      journal.warn("#{id} #{moved.map(&:first).uniq.join(', ')} moved to #{state}, nothing is lost: #{decision}")
      note_hold(id, moved.map { |name, _folder| [name, state] }, decision)
      moved.map(&:first).uniq.each { |name| reports.add(id, 'unpublished', name, 0) }
      true
    end

    def note_hold(id, formats, decision)
      entry = memory.read('pending', id) || {}
      held = (entry['held'] || {}).merge(formats.to_h)
      remember('pending', id, entry.merge('held' => held, 'reason' => decision.reason))
    end
  end
end
