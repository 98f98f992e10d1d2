# frozen_string_literal: true

# The command bbb-tiers-recordings: reads exact ids, shows or removes their files; never expands a pattern.

require 'optparse'
require_relative 'sync'

module BbbTiers
  # Exit codes: 0 all done, 1 something was refused or failed, 64 wrong arguments, 65 a line that is no recording id.
  class RecordingsCommand
    USAGE = <<~TEXT
      Usage: bbb-tiers-recordings [--dry-run] [--everything] [ID...]
             bbb-tiers-recordings --sync

      Removes raw, processed and API-deleted files of recordings, by exact internal ids given as arguments or, when
      there are none, one per line on standard input. A recording that is published or unpublished is refused: delete
      it through BBB's API first, or say --everything. --dry-run names each path and its size and removes nothing.
      --sync settles what waits: reports, recordings in doubt, leftovers, retention (run by a timer).
      Run it as BBB's user: sudo -u bigbluebutton bbb-tiers-recordings …
    TEXT
    EX_USAGE = 64
    EX_DATAERR = 65

    def initialize(argv, input: $stdin, output: $stdout, places: Places.here)
      @argv = argv
      @input = input
      @output = output
      @places = places
      @options = {}
    end

    def call
      ids = parser.parse(@argv)
      return print_help if @options[:help]
      return sync(ids) if @options[:sync]

      ids = listed if ids.empty?
      bad = ids.reject { |id| RecordingId.valid?(id) }
      return refuse(bad) unless bad.empty?

      ids.uniq.map { |id| handle(id) }.all? ? 0 : 1
    rescue OptionParser::ParseError => e
      warn("bbb-tiers-recordings: #{e.message}\n#{USAGE}")
      EX_USAGE
    end

    private

    def parser
      OptionParser.new do |parser|
        parser.on('-n', '--dry-run') { @options[:dry_run] = true }
        parser.on('--everything') { @options[:everything] = true }
        parser.on('--sync') { @options[:sync] = true }
        parser.on('-h', '--help') { @options[:help] = true }
      end
    end

    def print_help
      @output.puts(USAGE)
      0
    end

    def sync(ids)
      raise OptionParser::InvalidArgument, '--sync takes no ids' unless ids.empty?
      raise OptionParser::InvalidArgument, '--sync has no dry run' if @options[:dry_run]

      Sync.new(@places).call ? 0 : 1
    end

    def listed
      raise OptionParser::MissingArgument, 'ids, as arguments or on standard input' if @input.tty?

      @input.each_line.map(&:strip).reject { |line| line.empty? || line.start_with?('#') }
    end

    # One broken line means the list is not what it seems: nothing at all is removed.
    def refuse(bad)
      bad.each do |line|
        warn("bbb-tiers-recordings: expected an internal meeting id (40 hex digits, '-', 13 digits), got #{line[0, 80].inspect}")
      end
      warn('bbb-tiers-recordings: nothing was removed')
      EX_DATAERR
    end

    def handle(id)
      removal = Removal.new(@places, id)
      if removal.visible? && !@options[:everything]
        @output.puts("#{id} refused: it can still be watched; delete it through BBB's API first, or say --everything")
        return false
      end
      @options[:dry_run] ? show(id, removal) : remove(id, removal)
    end

    def show(id, removal)
      paths = removal.paths
      @output.puts("#{id} would remove #{paths.size} paths")
      paths.each { |path| @output.puts("  #{removal.size(path)}\t#{path}") }
      true
    end

    def remove(id, removal)
      steps.remember('pending', id, 'remove' => true, 'ended' => removal.ended?, 'reason' => 'bbb-tiers-recordings')
      result = removal.call
      failed = result.failed + result.left
      @output.puts("#{id} removed #{result.bytes} bytes")
      failed.each { |path, why| @output.puts("  failed\t#{path}\t#{why}") }
      return false unless failed.empty?

      steps.reports.add(id, 'removed', nil, result.bytes) unless result.paths.empty?
      steps.memory.forget('pending', id)
      true
    ensure
      steps.reports.deliver(Places::REPORTS_PER_HOOK)
    end

    def steps
      @steps ||= Steps.new(@places, journal: Journal.new(@places, @output))
    end
  end
end
