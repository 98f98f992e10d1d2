# frozen_string_literal: true

# Moves a recording between BBB's states published, unpublished and deleted, as bbb-web does; never removes one.

require 'fileutils'
require_relative 'metadata'
require_relative 'recording_id'

module BbbTiers
  # bbb-web reads the state from the folder: published/<format>/<id>, unpublished/<format>/<id>, deleted/<format>/<id>.
  class Visibility
    def initialize(places)
      @places = places
      @metadata = Metadata.new(places)
    end

    # Moves the recording's folders of one format (all formats when nil). Returns the names moved, as
    # [format, folder name]; none when there was nothing in `from`. Errors: SystemCallError.
    def move(id, format, from:, to:)
      formats = format ? [format] : entries(@places.state_dir(from))
      formats.flat_map do |name|
        entries(File.join(@places.state_dir(from), name)).select { |folder| RecordingId.own?(id, folder) }.map do |folder|
          move_folder(File.join(@places.state_dir(from), name, folder), File.join(@places.state_dir(to), name, folder), to)
          [name, folder]
        end
      end
    end

    private

    # An older copy in the target comes from before a rebuild of the same recording: the new one replaces it,
    # as `bbb-record --rebuild` replaces it.
    def move_folder(source, target, state)
      FileUtils.mkdir_p(File.dirname(target))
      FileUtils.rm_r(target, secure: true) if File.exist?(target)
      begin
        File.rename(source, target)
      rescue Errno::EXDEV
        @metadata.write_state(source, state)
        FileUtils.mv(source, target)
      end
      @metadata.write_state(target, state)
    end

    def entries(folder)
      Dir.children(folder).sort
    rescue Errno::ENOENT, Errno::ENOTDIR
      []
    end
  end
end
