# frozen_string_literal: true

# Reads, changes and atomically rewrites one of the administrator's files for install.sh; never called by BBB.

require 'fileutils'
require_relative 'apply_config'
require_relative 'webhooks_config'

module BbbTiers
  # host-config check|add webhooks FILE URL · host-config check|add apply-config FILE · host-config remove FILE
  # Prints `changed` or `unchanged`. Exit codes: 0, 64 wrong arguments, 65 the file cannot be merged, 1 not writable.
  class HostConfig
    NEW_FILE_MODE = { 'webhooks' => 0o644, 'apply-config' => 0o755 }.freeze

    def initialize(argv)
      @verb = argv.first
      @what = argv[1] unless @verb == 'remove'
      @file, @url = argv.drop(@what ? 2 : 1)
    end

    def call
      return usage unless %w[check add remove].include?(@verb) && @file && (@what.nil? || NEW_FILE_MODE.key?(@what))

      before = File.exist?(@file) ? File.binread(@file) : nil
      @verb == 'remove' ? remove(before) : add(before)
      0
    rescue WebhooksConfig::Unmergeable => e
      warn("#{@file}: cannot be merged: #{e.message}. Add this by hand, then install with --no-webhooks:")
      WebhooksConfig.new(@url).snippet.each { |line| warn("  #{line}") }
      65
    rescue SystemCallError => e
      warn("#{@file}: #{e.message}")
      1
    end

    private

    def usage
      warn('usage: host-config check|add webhooks FILE URL | check|add apply-config FILE | remove FILE')
      64
    end

    def add(before)
      undo = before && MarkedBlock.undo(before) ? remembered(before) : fresh(before)
      after = @what == 'webhooks' ? WebhooksConfig.new(@url).add(before.to_s, **undo) : ApplyConfig.add(before || ApplyConfig::SHEBANG.b, **undo)
      mode = @what == 'apply-config' ? mode_now | 0o111 : mode_now
      return puts('unchanged') if after.b == before && (before.nil? || File.stat(@file).mode & 0o777 == mode)

      note = ', becomes executable with all of its lines' if before && mode != mode_now
      write(after, mode) if @verb == 'add'
      puts("changed#{note}")
    end

    def remove(before)
      undo = before && MarkedBlock.undo(before)
      return puts('unchanged') unless undo

      after = MarkedBlock.remove(before)
      if undo['created'] && (after.empty? || after == ApplyConfig::SHEBANG)
        File.delete(@file)
      else
        write(after, undo['mode'] ? undo['mode'].to_i(8) : mode_now)
      end
      puts('changed')
    end

    # An older block of ours is replaced by a new one, and what it remembers stays true.
    def remembered(before)
      MarkedBlock.undo(before).transform_keys(&:to_sym).slice(:created, :mode)
    end

    def fresh(before)
      return { created: true } if before.nil?

      mode = File.stat(@file).mode & 0o777
      @what == 'apply-config' && mode & 0o111 != 0o111 ? { mode: mode.to_s(8) } : {}
    end

    def mode_now
      File.exist?(@file) ? File.stat(@file).mode & 0o777 : NEW_FILE_MODE.fetch(@what)
    end

    # Through a link to the file it leads to; owner and mode as they were.
    def write(text, mode)
      path = File.exist?(@file) ? File.realpath(@file) : @file
      FileUtils.mkdir_p(File.dirname(path))
      temporary = "#{path}.bbb-tiers.tmp"
      File.binwrite(temporary, text)
      File.chmod(mode, temporary)
      copy_owner(path, temporary)
      File.rename(temporary, path)
    end

    def copy_owner(from, to)
      return unless Process.euid.zero? && File.exist?(from)

      owner = File.stat(from)
      File.chown(owner.uid, owner.gid, to)
    end
  end
end
