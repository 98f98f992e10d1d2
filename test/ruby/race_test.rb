# frozen_string_literal: true

# Twenty at once want the last places of a tenant, or the last rooms of an account, each in a thread with a database session of
# its own: never one too many.

require_relative 'test_helper'
require_relative 'support/postgres'
require_relative 'support/race'

class RaceTest < TierTest
  THREADS = 20
  PLACES = 3
  # How many may be there in the end, what each thread does to become one of them, and whether it did.
  RACES = {
    'accounts' => { env: 'TIER_ACCOUNTS', most: PLACES, contested: -> { User }, enter: ->(test, _) { test.sign_up } },
    'rooms of one account' => { env: 'TIER_ROOMS_PER_ACCOUNT', most: PLACES, contested: -> { Room },
                                enter: ->(test, owner) { test.add_room(owner) } },
    'default rooms of one account' => { env: 'TIER_ROOMS_PER_ACCOUNT', most: 1, contested: -> { Room },
                                        enter: ->(test, owner) { test.add_default_room(owner) } }
  }.freeze

  RACES.each do |what, race|
    define_method("test_#{what}_with_stand_in_sessions") do
      locks = StandIns::AdvisoryLocks.new
      assert_nobody_too_many(race) { locks.session }
      refute_predicate locks, :held?
    end

    define_method("test_#{what}_with_real_postgresql_sessions") do
      missing = StandIns::Postgres.missing
      puts "ruby: race for #{what} against stand-in sessions only (#{missing})" if missing
      skip missing if missing

      with_postgresql_sessions { |sessions| assert_nobody_too_many(race, &sessions) }
      puts "ruby: race for #{what} against real PostgreSQL sessions"
    end

    # The test can fail: without the lock the same threads overshoot.
    define_method("test_#{what}_without_the_lock_are_too_many") do
      lock = BbbTiers::AdvisoryLock.singleton_class
      lock.alias_method(:held, :hold)
      BbbTiers::AdvisoryLock.define_singleton_method(:hold) { |*, **, &creation| creation.call }
      run_race(race) { nil }
      assert_operator race[:contested].call.rows.size, :>, race[:most]
    ensure
      lock.alias_method(:hold, :held)
    end
  end

  def test_accounts_that_race_for_their_rooms_do_not_wait_for_each_other
    boot('TIER_ROOMS_PER_ACCOUNT' => '1')
    locks = StandIns::AdvisoryLocks.new
    first = user
    second = user
    StandIns.connection = locks.session
    held = locks.session
    with_wait_seconds(0) do
      BbbTiers::AdvisoryLock.hold(held, 'rooms', first.id) do
        assert_equal :created, add_room(second)
        assert_raises(BbbTiers::AdvisoryLock::Busy) { add_room(first) }
      end
    end
    assert_equal :created, add_room(first)
  end

  def sign_up
    request(Api::V1::UsersController, user: {})
  end

  def add_room(owner)
    request(Api::V1::RoomsController, room: { user_id: owner.id, name: 'Another' })
  end

  def add_default_room(owner)
    ApplicationController.new.create_default_room(owner)
  end

  private

  def request(controller, params)
    controller.new.tap do |instance|
      instance.params = params
      instance.create
    end.answer[:status]
  end

  def assert_nobody_too_many(race, &)
    answers = run_race(race, &)
    assert_equal race[:most], race[:contested].call.rows.size
    assert_equal({ created: race[:most], bad_request: THREADS - race[:most] }, answers.tally) if answers.any?(Symbol)
  end

  # Whoever may insert waits until everyone else still in the race has either counted too or found the lock taken.
  def run_race(race)
    owner = user(provider: 'elsewhere')
    User.rows.clear unless race[:contested].call == Room
    boot(race[:env] => PLACES.to_s)
    gathering = StandIns::Gathering.new
    race[:contested].call.define_singleton_method(:counted) { gathering.arrive(:counted) }
    StandIns.before_insert = -> { gathering.await_others(THREADS - 1, :counted, :refused_the_lock) }
    StandIns.connection_by_thread do
      Array.new(THREADS) { Thread.new(yield) { |session| take_part(race, owner, session && gathering.watch(session)) } }.map(&:value)
    end
  end

  def take_part(race, owner, session)
    Thread.current[:session] = session
    race[:enter].call(self, owner)
  end

  def with_postgresql_sessions
    sessions = Queue.new
    yield -> { StandIns::Postgres::Session.new(StandIns::Postgres.directory).tap { |session| sessions << session } }
    watcher = StandIns::Postgres::Session.new(StandIns::Postgres.directory)
    assert_equal '0', watcher.select_value("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
    watcher.close
    sessions.pop.close until sessions.empty?
  end
end
