# frozen_string_literal: true

# Reads the small part of XML that BBB writes, with the standard library alone; never loads entities or a DTD.

require 'strscan'

module BbbTiers
  # REXML left Ruby's standard library with 3.0, and a pattern search would be fooled by a meeting name that
  # contains our marker. So: a strict scanner, one event per tag or text.
  class XmlScan
    class Malformed < StandardError; end

    NAME = /[\p{L}_:][\p{L}\p{N}_:.-]*/.freeze
    SKIP = /<\?.*?\?>|<!--.*?-->/m.freeze
    NAMED = { 'amp' => '&', 'lt' => '<', 'gt' => '>', 'quot' => '"', 'apos' => "'" }.freeze

    def initialize(text)
      raise Malformed, 'not UTF-8' unless text.valid_encoding?

      @scanner = StringScanner.new(text)
      @open = []
    end

    # Yields (path, attributes, nil) at each start tag and (path, nil, text, byte range) at each text. The path is
    # the names from the root, for example ['recording', 'meta', 'tier-recording'].
    # Errors: Malformed at the first thing that is no XML; what came before has been yielded by then.
    def each(&block)
      step(&block) until @scanner.eos?
      raise Malformed, "<#{@open.last}> is never closed" unless @open.empty?
    end

    private

    def step(&block)
      return if @scanner.skip(SKIP)
      return yield(@open, nil, @scanner[1], nil) if @scanner.scan(/<!\[CDATA\[(.*?)\]\]>/m)
      return close(@scanner[1]) if @scanner.scan(%r{</(#{NAME})\s*>})
      return open_tag(@scanner[1], &block) if @scanner.scan(/<(#{NAME})/)
      return text(&block) if @scanner.scan(/[^<]+/)

      raise Malformed, "unexpected text at byte #{@scanner.pos}"
    end

    def open_tag(name)
      attributes = {}
      attributes[@scanner[1]] = decode(@scanner[3] || @scanner[4]) while @scanner.scan(/\s+(#{NAME})\s*=\s*("([^"<]*)"|'([^'<]*)')/)
      ending = @scanner.scan(%r{\s*/?>}) or raise Malformed, "<#{name}> is not closed at byte #{@scanner.pos}"
      @open.push(name)
      yield(@open, attributes, nil, nil)
      @open.pop if ending.end_with?('/>')
    end

    def close(name)
      raise Malformed, "</#{name}> closes <#{@open.last}>" unless @open.last == name

      @open.pop
    end

    def text
      raw = @scanner.matched
      return if raw.strip.empty?
      raise Malformed, 'text outside of the root element' if @open.empty?

      yield(@open, nil, decode(raw), (@scanner.pos - raw.bytesize)...@scanner.pos)
    end

    def decode(raw)
      raw.gsub(/&([^;]*;)?/) do |entity|
        case entity
        when /\A&#x(\h{1,6});\z/ then [Regexp.last_match(1).hex].pack('U')
        when /\A&#(\d{1,7});\z/ then [Regexp.last_match(1).to_i].pack('U')
        else NAMED[entity[1...-1]] or raise Malformed, 'unknown entity'
        end
      end
    end
  end
end
