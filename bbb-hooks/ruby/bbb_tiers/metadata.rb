# frozen_string_literal: true

# Reads the recording's own metadata for our marker and rewrites its published state; never changes another byte.

require_relative 'xml_scan'

module BbbTiers
  # The marker is meta_tier-recording=forbidden of `create`. BBB keeps it as an attribute of <metadata> in raw
  # events.xml (events_archiver.rb) and as an element of <meta> in a published metadata.xml.
  class Metadata
    MARKER = 'tier-recording'
    FORBIDDEN = 'forbidden'

    def initialize(places)
      @places = places
    end

    # :forbidden when either file says so, :absent when one could be read and does not, :unreadable otherwise.
    def marker(id)
      found = [from_events(@places.recording('raw', id, 'events.xml'))] + playback_files(id).map { |path| from_playback(path) }
      return :forbidden if found.include?(:forbidden)

      found.include?(:absent) ? :absent : :unreadable
    end

    # Sets <state> and <published> as bbb-web does when it moves a recording (RecordingServiceFileImpl.java).
    # Returns false when the file is missing or broken: bbb-web does not list such a folder at all.
    def write_state(directory, state)
      path = File.join(directory, 'metadata.xml')
      text = read(path)
      ranges = {}
      XmlScan.new(text).each { |open, _, _, range| ranges[open.last] ||= range if open.size == 2 && range }
      replace(path, text, ranges['state'] => state, ranges['published'] => (state == 'published').to_s)
      true
    rescue XmlScan::Malformed, SystemCallError
      false
    end

    private

    def playback_files(id)
      Dir.glob('{published,unpublished,deleted}', base: File.dirname(@places.state_dir('published'))).flat_map do |state|
        Dir.glob(File.join('*', id, 'metadata.xml'), base: @places.state_dir(state)).map { |file| File.join(@places.state_dir(state), file) }
      end
    end

    def from_events(path)
      XmlScan.new(head(path)).each do |open, attributes, _text, _range|
        next unless attributes && open.first == 'recording' && open.size == 2
        return meaning(attributes[MARKER]) if open.last == 'metadata'
        break if open.last == 'event'
      end
      :unreadable
    rescue XmlScan::Malformed, SystemCallError
      :unreadable
    end

    def from_playback(path)
      value = nil
      XmlScan.new(read(path)).each { |open, _, text, _| value = text if text && open == ['recording', 'meta', MARKER] }
      meaning(value)
    rescue XmlScan::Malformed, SystemCallError
      :unreadable
    end

    def meaning(value)
      value.to_s.strip.casecmp?(FORBIDDEN) ? :forbidden : :absent
    end

    # <metadata> stands before the first <event>; the rest of a long meeting's events.xml need not be read.
    # The cut may fall inside a character, which the scan never reaches: drop the torn bytes.
    def head(path)
      File.binread(path, Places::XML_MAX_BYTES).to_s.dup.force_encoding('UTF-8').scrub('')
    end

    def read(path)
      raise XmlScan::Malformed, 'too large' if File.size(path) > Places::XML_MAX_BYTES

      File.binread(path).force_encoding('UTF-8')
    end

    def replace(path, text, changes)
      bytes = text.b
      changes.reject { |range, _| range.nil? }.sort_by { |range, _| -range.begin }.each { |range, value| bytes[range] = value }
      return if bytes == text.b

      temporary = "#{path}.bbb-tiers"
      File.binwrite(temporary, bytes, perm: File.stat(path).mode & 0o777)
      File.rename(temporary, path)
    end
  end
end
