# frozen_string_literal: true

# Writes the line that tells moderators the tier's title, minutes and places; returns HTML that no title can break.

require 'erb'

module BbbTiers
  # Appended to BBB's moderatorOnlyMessage, which BBB shows as HTML.
  module ModeratorLine
    module_function

    # `minutes` and `places` are the numbers this meeting really gets; nil is unlimited. nil without a title or texts.
    def write(title:, minutes:, places:, language:)
      return nil unless title

      parts = { minutes: part('minutes', minutes, language), places: part('places', places, language) }
      return nil if parts.value?(nil)

      Texts.find('moderator_line.line', language, title: ERB::Util.html_escape(title.split.join(' ')).to_s, **parts)
    end

    # The message with the line behind it, in the way Greenlight joins its own lines.
    def append(message, line)
      message.to_s.empty? ? line : "#{message}<br>#{line}"
    end

    def part(name, number, language)
      number ? Texts.find("moderator_line.#{name}", language, count: number) : Texts.find("moderator_line.#{name}_unlimited", language)
    end
  end
end
