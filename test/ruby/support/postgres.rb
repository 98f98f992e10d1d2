# frozen_string_literal: true

# Starts a PostgreSQL of its own in a temporary directory, on a socket only, when ruby-pg and a server are installed; touches no other.

require 'fileutils'
require 'tmpdir'

module StandIns
  # The server for the tests that need real advisory locks. `missing` says what is not there.
  module Postgres
    # A connection with the one method of Active Record's that the overlay calls.
    class Session
      def initialize(directory)
        @connection = PG.connect(host: directory, user: 'tiers', dbname: 'postgres')
      end

      # Active Record gives a PostgreSQL boolean as true or false.
      def select_value(sql)
        { 't' => true, 'f' => false }.fetch(value = @connection.exec(sql).getvalue(0, 0), value)
      end

      def close
        @connection.close
      end
    end

    class << self
      def missing
        require 'pg'
        bin ? nil : 'no PostgreSQL server is installed'
      rescue LoadError
        'ruby-pg is not installed'
      end

      # The directory of the server's socket; started once per test run.
      def directory
        @directory ||= start
      end

      private

      def bin
        Dir['/usr/lib/postgresql/*/bin'].max_by { |path| path[/\d+/].to_i } ||
          ENV['PATH'].split(':').find { |path| File.executable?("#{path}/initdb") }
      end

      # PostgreSQL refuses to run as root; there the tests borrow the account nobody.
      def start
        directory = Dir.mktmpdir('tiers-pg-')
        FileUtils.chown('nobody', nil, directory) if Process.uid.zero?
        run("#{bin}/initdb", '-D', "#{directory}/data", '-A', 'trust', '-U', 'tiers', '--no-sync')
        options = "-k #{directory} -c listen_addresses= -F"
        run("#{bin}/pg_ctl", '-D', "#{directory}/data", '-w', '-o', options, '-l', "#{directory}/log", 'start')
        Minitest.after_run { stop(directory) }
        directory
      end

      def stop(directory)
        run("#{bin}/pg_ctl", '-D', "#{directory}/data", '-m', 'immediate', 'stop')
        FileUtils.remove_entry(directory)
      end

      def run(*command)
        command = ['setpriv', '--reuid=nobody', '--clear-groups', *command] if Process.uid.zero?
        system(*command, chdir: '/', out: File::NULL, err: File::NULL) || raise("#{command.join(' ')} failed")
      end
    end
  end
end
