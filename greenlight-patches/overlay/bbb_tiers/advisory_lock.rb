# frozen_string_literal: true

# Lets one at a time through, across processes, by a PostgreSQL advisory lock; knows nothing of what it guards, never waits for ever.

require 'zlib'

module BbbTiers
  # A session lock, not a transaction lock: Greenlight's own transactions inside stay as they are. PostgreSQL frees it with the connection.
  module AdvisoryLock
    # Somebody else held the lock all the time.
    class Busy < StandardError; end

    WAIT_SECONDS = 10
    PAUSE_SECONDS = 0.05

    module_function

    # Yields while holding the lock `name` of its `kind` on the database session that `model` uses. Raises Busy after WAIT_SECONDS.
    # Rails' query cache is off meanwhile: what was counted before the lock was held may be out of date.
    def exclusively(model, kind, name, &)
      connection = model.respond_to?(:lease_connection) ? model.lease_connection : model.connection
      model.uncached { hold(connection, kind, name, &) }
    end

    def hold(connection, kind, name, wait_seconds: WAIT_SECONDS)
      keys = "#{signed("bbb-tiers #{kind}")}, #{signed(name)}"
      wait(connection, keys, kind, Process.clock_gettime(Process::CLOCK_MONOTONIC) + wait_seconds)
      begin
        yield
      ensure
        release(connection, keys)
      end
    end

    # Tries again and again instead of blocking in the database, so that a stuck creation cannot hold every thread of the web server.
    def wait(connection, keys, kind, deadline)
      until connection.select_value("SELECT pg_try_advisory_lock(#{keys})")
        if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline
          raise Busy, "bbb-tiers: expected the lock for #{kind} within #{WAIT_SECONDS} s, another request held it all the time"
        end

        sleep(PAUSE_SECONDS)
      end
    end

    def release(connection, keys)
      connection.select_value("SELECT pg_advisory_unlock(#{keys})")
    rescue StandardError => e
      BbbTiers.runtime&.logger&.warn("bbb-tiers: lock not released, PostgreSQL frees it with the connection: #{e.class}")
    end

    # PostgreSQL's two-key locks take signed 32-bit integers; two names that share one wait for each other, and that is all.
    def signed(text)
      [Zlib.crc32(text.to_s)].pack('L').unpack1('l')
    end
  end
end
