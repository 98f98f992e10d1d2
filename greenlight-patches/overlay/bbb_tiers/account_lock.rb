# frozen_string_literal: true

# Lets one account creation at a time through per tenant, across processes, by a PostgreSQL advisory lock; never waits for ever.

require 'zlib'

module BbbTiers
  # A session lock, not a transaction lock: Greenlight's own transactions inside stay as they are. PostgreSQL frees it with the connection.
  module AccountLock
    # Another creation held the lock all the time.
    class Busy < StandardError; end

    WAIT_SECONDS = 10
    PAUSE_SECONDS = 0.05
    NAMESPACE = 'bbb-tiers accounts'

    module_function

    # Yields while holding the tenant's lock on `connection` (one database session). Raises Busy after WAIT_SECONDS.
    def hold(connection, provider, wait_seconds: WAIT_SECONDS)
      keys = "#{signed(NAMESPACE)}, #{signed(provider)}"
      wait(connection, keys, Process.clock_gettime(Process::CLOCK_MONOTONIC) + wait_seconds)
      begin
        yield
      ensure
        release(connection, keys)
      end
    end

    # Tries again and again instead of blocking in the database, so that a stuck creation cannot hold every thread of the web server.
    def wait(connection, keys, deadline)
      until connection.select_value("SELECT pg_try_advisory_lock(#{keys})")
        raise Busy, 'another account is being created' if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline

        sleep(PAUSE_SECONDS)
      end
    end

    def release(connection, keys)
      connection.select_value("SELECT pg_advisory_unlock(#{keys})")
    rescue StandardError => e
      BbbTiers.runtime&.logger&.warn("bbb-tiers: account lock not released, PostgreSQL frees it with the connection: #{e.class}")
    end

    # PostgreSQL's two-key locks take signed 32-bit integers.
    def signed(text)
      [Zlib.crc32(text.to_s)].pack('L').unpack1('l')
    end
  end
end
