# frozen_string_literal: true

# Tells BBB's internal meeting ids from anything else and one recording's names from another's; never guesses.

module BbbTiers
  # sha1 of the external id, a dash, createTime in ms; a chapter break adds a dash and its own time
  # (record-and-playback: rap-starter and rap-archive-worker take apart the same form).
  module RecordingId
    PATTERN = /\A[0-9a-f]{40}-[0-9]{13}(-[0-9]{13})?\z/.freeze
    CHAPTER = '-[0-9]{13}'
    FORMAT = /\A[a-z0-9][a-z0-9_-]{0,63}\z/i.freeze

    module_function

    def valid?(text)
      text.is_a?(String) && PATTERN.match?(text)
    end

    def valid_format?(text)
      text.is_a?(String) && FORMAT.match?(text)
    end

    def chapter?(id)
      id.count('-') == 2
    end

    # True for the id itself and, when the id is a whole meeting, for its chapters; a longer number is another meeting.
    def own?(id, name)
      /\A#{Regexp.escape(id)}(#{CHAPTER})?\z/.match?(name)
    end

    # A status file: <id>.done, <id>.norecord, <id>-<format>.fail …
    def own_status?(id, name)
      /\A#{Regexp.escape(id)}(#{CHAPTER})?(-[a-z][a-z0-9_-]*)?\.(done|fail|norecord)\z/i.match?(name)
    end

    # A file FreeSWITCH or the old screen share wrote while the meeting ran: <id>-<timestamp>.<extension>.
    def own_media?(id, name)
      /\A#{Regexp.escape(id)}-[^.]*\.[a-z0-9]+\z/i.match?(name)
    end
  end
end
