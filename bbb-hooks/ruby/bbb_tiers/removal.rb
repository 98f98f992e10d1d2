# frozen_string_literal: true

# Removes one recording from the host by its exact id; never matches by prefix and never touches a running meeting.

require 'fileutils'
require_relative 'recording_id'

module BbbTiers
  # `bbb-record --delete` matches by prefix and removes the files of a meeting that still runs; this does neither.
  class Removal
    # paths: what was found. bytes: what is gone. failed, left: [path, reason] of what is still there; `left` are
    # captures of FreeSWITCH and the media servers, which may belong to other users than BBB's.
    Result = Struct.new(:paths, :bytes, :failed, :left)

    # What people can watch goes first, what the pipeline remembers next, what was captured last.
    VISIBLE = %w[published unpublished].freeze
    WORK = %w[process publish].freeze

    # ended: true when it is known from before that the meeting has ended; else the status files are asked.
    def initialize(places, id, ended: nil)
      @places = places
      @id = id
      @ended = ended || nil
      @unreadable = []
    end

    # True while the recording can be watched or be published again with a click, or when that cannot be read.
    def visible?
      !playback(VISIBLE).empty? || !@unreadable.empty?
    end

    # Every existing path of the recording.
    def paths
      files + captures
    end

    # Removes what `paths` names. A path that is gone by then is fine; one that stays does not stop the others.
    def call
      result = Result.new([], 0, [], [])
      remove_all(files, result, result.failed)
      remove_all(captures, result, result.left)
      result
    end

    # Removes the processed files of one format only: `bbb-record --rebuild <id>` makes them again from raw.
    def drop_processed(format)
      result = Result.new([], 0, [], [])
      remove_all(own(@places.recording('process', format)), result, result.failed)
      result
    end

    # BBB touches these when a meeting has ended (bbb-web: ended, recorded; archive_worker.rb: archived).
    # Chapter breaks are archived while the meeting runs: only the whole meeting's own file counts.
    def ended?
      @ended = ended_files? if @ended.nil?
      @ended
    end

    # In bytes, without following links: a link's target is not ours.
    def size(path)
      stat = File.lstat(path)
      return stat.size unless stat.directory?

      entries(path).sum { |name| size(File.join(path, name)) }
    rescue SystemCallError
      0
    end

    private

    def ended_files?
      %w[ended recorded archived].any? do |step|
        %w[done norecord fail].any? { |ending| File.exist?(@places.recording('status', step, "#{@id}.#{ending}")) }
      end
    end

    # Files the pipeline and bbb-web keep. Asked for the end of the meeting first, because it is read from the
    # status files that are removed here.
    def files
      ended?
      playback(VISIBLE) + playback(%w[deleted]) + status_files + work + own(@places.rap('captions_dir')) + own(@places.recording('raw'))
    end

    # What was written while the meeting ran, and the live folder /var/bigbluebutton/<id>: only of an ended meeting.
    def captures
      return [] if RecordingId.chapter?(@id) || !ended?

      Places::LIVE_DIRS.map { |key| File.join(@places.rap(key), @id) }.select { |path| File.exist?(path) } +
        Places::LIVE_FILES.map { |key| @places.rap(key) }.flat_map { |folder| named(folder) { |name| RecordingId.own_media?(@id, name) } }
    end

    # A folder that cannot be read may hide a part of the recording: that is a failure, not an empty folder.
    def remove_all(paths, result, failed)
      result.paths.concat(paths)
      paths.each { |path| remove(path, result, failed) }
      failed.concat(@unreadable.uniq)
      @unreadable.clear
    end

    def remove(path, result, failed)
      bytes = size(path)
      FileUtils.rm_r(path, secure: true)
      result.bytes += bytes
    rescue Errno::ENOENT
      nil
    rescue SystemCallError, ArgumentError => e
      failed << [path, e.message]
    end

    def playback(states)
      states.flat_map { |state| folders(@places.state_dir(state)).flat_map { |format| own(format) } }
    end

    def work
      WORK.flat_map { |step| folders(@places.recording(step)).flat_map { |format| own(format) } }
    end

    def status_files
      folders(@places.recording('status')).flat_map { |folder| named(folder) { |name| RecordingId.own_status?(@id, name) } }
    end

    def own(folder)
      named(folder) { |name| RecordingId.own?(@id, name) }
    end

    def folders(folder)
      named(folder) { |name| File.directory?(File.join(folder, name)) }
    end

    def named(folder, &block)
      entries(folder).select(&block).map { |name| File.join(folder, name) }
    end

    def entries(folder)
      Dir.children(folder).sort
    rescue Errno::ENOENT, Errno::ENOTDIR
      []
    rescue SystemCallError => e
      @unreadable << [folder, e.message]
      []
    end
  end
end
