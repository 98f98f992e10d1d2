# frozen_string_literal: true

# Two (and twenty) account creations at once, in real threads, each with a database session of its own: never one too many.

require_relative 'test_helper'
require_relative 'support/postgres'

class AccountRaceTest < TierTest
  THREADS = 20

  # Counts, across threads, who has come how far; lets a thread wait until others have.
  class Meeting
    def initialize
      @mutex = Mutex.new
      @changed = ConditionVariable.new
      @seen = Hash.new { |seen, what| seen[what] = {} }
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

  # A session that tells the meeting when it has found the lock taken.
  Watched = Struct.new(:session, :meeting) do
    def select_value(sql)
      session.select_value(sql).tap { |answer| meeting.arrive(:refused_the_lock) if answer == false }
    end
  end

  def test_with_stand_in_sessions
    locks = StandIns::AdvisoryLocks.new
    race { locks.session }
    refute_predicate locks, :held?
  end

  def test_with_real_postgresql_sessions
    missing = StandIns::Postgres.missing
    puts "ruby: account race against stand-in sessions only (#{missing})" if missing
    skip missing if missing

    sessions = Queue.new
    race { StandIns::Postgres::Session.new(StandIns::Postgres.directory).tap { |session| sessions << session } }
    watcher = StandIns::Postgres::Session.new(StandIns::Postgres.directory)
    assert_equal '0', watcher.select_value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    watcher.close
    sessions.pop.close until sessions.empty?
    puts 'ruby: account race against real PostgreSQL sessions'
  end

  # The test can fail: without the lock the same threads overshoot.
  def test_without_the_lock_the_same_race_is_lost
    BbbTiers::AccountLock.singleton_class.alias_method(:held, :hold)
    BbbTiers::AccountLock.define_singleton_method(:hold) { |*, **, &creation| creation.call }
    assert_operator run_race { nil }.count(:created), :>, 3
  ensure
    BbbTiers::AccountLock.singleton_class.alias_method(:hold, :held)
  end

  private

  def race(&)
    answers = run_race(&)
    assert_equal({ created: 3, bad_request: THREADS - 3 }, answers.tally)
    assert_equal 3, User.rows.size
  end

  # Whoever may insert waits until everyone else still in the race has either counted too or found the lock taken.
  def run_race
    boot('TIER_ACCOUNTS' => '3')
    meeting = Meeting.new
    User.define_singleton_method(:counted) { meeting.arrive(:counted) }
    StandIns.before_insert = -> { meeting.await_others(THREADS - 1, :counted, :refused_the_lock) }
    StandIns.singleton_class.define_method(:connection) { Thread.current[:session] }
    Array.new(THREADS) { Thread.new(yield) { |session| sign_up(session && Watched.new(session, meeting)) } }.map(&:value)
  ensure
    StandIns.singleton_class.attr_accessor :connection
  end

  def sign_up(session)
    Thread.current[:session] = session
    controller = Api::V1::UsersController.new
    controller.params = { user: {} }
    controller.create
    controller.answer[:status]
  end
end
