# frozen_string_literal: true

# Lets the threads of a test meet at the worst moment: nobody inserts before everybody has counted, or has found the lock taken.

module StandIns
  # Counts, across threads, who has come how far; lets a thread wait until others have.
  class Gathering
    # A session that tells the gathering when it has found the lock taken.
    Watched = Struct.new(:session, :gathering) do
      def select_value(sql)
        session.select_value(sql).tap { |answer| gathering.arrive(:refused_the_lock) if answer == false }
      end
    end

    def initialize
      @mutex = Mutex.new
      @changed = ConditionVariable.new
      @seen = Hash.new { |seen, what| seen[what] = {} }
    end

    def watch(session)
      Watched.new(session, self)
    end

    def arrive(what)
      @mutex.synchronize do
        @seen[what][Thread.current] = true
        @changed.broadcast
      end
    end

    # Until `number` other threads have come to one of these points; gives up, and fails the test, after a minute.
    def await_others(number, *points)
      deadline = Process.clock_gettime(Process::CLOCK_MONOTONIC) + 60
      @mutex.synchronize do
        until points.flat_map { |point| @seen[point].keys }.uniq.count { |thread| thread != Thread.current } >= number
          raise 'the other threads never came' if Process.clock_gettime(Process::CLOCK_MONOTONIC) > deadline

          @changed.wait(@mutex, 1)
        end
      end
    end
  end

  # Each thread has its own session, as in Rails' pool.
  def self.connection_by_thread
    singleton_class.define_method(:connection) { Thread.current[:session] }
    yield
  ensure
    singleton_class.attr_accessor :connection
  end
end
