# frozen_string_literal: true

# Keeps the last good content of the policy file and re-reads it when it changes; never raises and never waits.

module BbbTiers
  # One `stat` per look. The sidecar replaces the file by rename, so a look sees the old or the new text, never a half.
  class PolicyFile
    # A policy is a few kilobytes; whatever is larger is not one.
    LARGEST_BYTES = 4 * 1024 * 1024

    def initialize(path, logger:)
      @path = path
      @logger = logger
      @mutex = Mutex.new
      @seen = nil
      @document = nil
    end

    # The last good PolicyDocument, or nil as long as there was none.
    def document
      @mutex.synchronize do
        refresh
        @document
      end
    end

    private

    def refresh
      state = signature(File.stat(@path))
      return if state == @seen

      File.open(@path, 'r:UTF-8') { |file| take(file) }
    rescue SystemCallError => e
      complain([:unreadable, e.class], e.class.name.split('::').last)
    end

    # The signature is taken from the open file, so that it belongs to the text that is read.
    def take(file)
      state = signature(file.stat)
      @document = PolicyDocument.parse(text_of(file))
      @seen = state
    rescue PolicyDocument::Invalid => e
      complain(state, e.message)
    end

    def text_of(file)
      text = String.new(file.read(LARGEST_BYTES + 1).to_s, encoding: Encoding::UTF_8)
      raise PolicyDocument::Invalid, "expected at most #{LARGEST_BYTES} bytes" if text.bytesize > LARGEST_BYTES
      raise PolicyDocument::Invalid, 'expected UTF-8' unless text.valid_encoding?

      text
    end

    def signature(stat)
      [stat.mtime.to_r, stat.size, stat.ino, stat.dev]
    end

    # Once per state of the file, not once per look.
    def complain(state, reason)
      return if state == @seen

      @seen = state
      instead = @document ? 'the last good one stays' : 'the numbers of the environment hold'
      @logger.error("bbb-tiers: TIER_POLICY_FILE #{@path}: #{reason}; #{instead}")
    end
  end
end
