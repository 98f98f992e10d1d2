# frozen_string_literal: true

# Writes the line that tells moderators the tier's title, minutes and places; returns HTML that no title can break.

require 'erb'

module BbbTiers
  # Appended to BBB's moderatorOnlyMessage, which BBB shows as HTML.
  module ModeratorLine
    module_function

    # `minutes` and `places` are the numbers that BBB holds for this meeting; nil: it holds none. Then `guide` has the number that the
    # tier promises without enforcing it, if there is one. Returns nil without a title or texts.
    def write(title:, minutes:, places:, language:, guide: nil)
      return nil unless title

      promised = guide || {}
      parts = { minutes: part('minutes', minutes, promised[:meeting_duration_minutes], language),
                places: part('places', places, promised[:max_participants], language) }
      return nil if parts.value?(nil)

      Texts.find('moderator_line.line', language, title: ERB::Util.html_escape(title.split.join(' ')).to_s, **parts)
    end

    # The message with the line behind it, in the way Greenlight joins its own lines.
    def append(message, line)
      message.to_s.empty? ? line : "#{message}<br>#{line}"
    end

    def part(name, number, promised, language)
      return Texts.find("moderator_line.#{name}", language, count: number) if number

      return Texts.find("moderator_line.#{name}_guide", language, count: promised) if promised

      Texts.find("moderator_line.#{name}_unlimited", language)
    end
  end
end
