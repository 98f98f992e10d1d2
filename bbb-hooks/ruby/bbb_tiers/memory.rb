# frozen_string_literal: true

# Remembers, as small files, verdicts, recordings on hold and reports not yet delivered; never holds a recording.

require 'fileutils'
require 'json'
require_relative 'recording_id'

module BbbTiers
  # Each entry is one JSON file written whole (rename), so a hook that is killed leaves the old entry or the new one.
  class Memory
    def initialize(places)
      @places = places
    end

    # Returns the entry's Hash, or nil when there is none or it cannot be read.
    def read(kind, name)
      value = JSON.parse(File.read(file(kind, name)))
      value.is_a?(Hash) ? value : nil
    rescue SystemCallError, JSON::ParserError
      nil
    end

    def write(kind, name, value)
      path = file(kind, name)
      FileUtils.mkdir_p(File.dirname(path), mode: 0o750)
      temporary = "#{path}.#{Process.pid}.tmp"
      File.write(temporary, JSON.generate(value), perm: 0o640)
      give_to_owner(temporary, File.dirname(path))
      File.rename(temporary, path)
    end

    def forget(kind, name)
      FileUtils.rm_f(file(kind, name))
    end

    # Names in the order of their age as they sort; unreadable folders hold nothing.
    def names(kind)
      Dir.children(@places.memory(kind)).grep(/\.json\z/).map { |name| name.delete_suffix('.json') }.sort
    rescue SystemCallError
      []
    end

    def age_seconds(kind, name, now)
      now - File.mtime(file(kind, name))
    rescue SystemCallError
      0
    end

    private

    def file(kind, name)
      @places.memory(kind, "#{name}.json")
    end

    # Run by root, an entry must stay readable and removable for BBB's user, who owns the folder.
    def give_to_owner(path, folder)
      return unless Process.euid.zero?

      owner = File.stat(folder)
      File.chown(owner.uid, owner.gid, path)
    end
  end
end
