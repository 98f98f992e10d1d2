# frozen_string_literal: true

# Starts minitest over the overlay and the stand-ins; every test begins with unhooked classes and an empty log.

# Plug-ins of gems that happen to be installed (railties brings one) would load the real Rails into the stand-ins.
ENV['MT_NO_PLUGINS'] = '1'
require 'minitest/autorun'
require 'fileutils'
require 'json'
require 'stringio'
require_relative 'support/stand_ins'
require_relative '../../greenlight-patches/overlay/bbb_tiers'

class TierTest < Minitest::Test
  OVERLAY_ROOT = File.expand_path('../../greenlight-patches', __dir__)

  # A clock that stands still.
  FixedClock = Struct.new(:now)
  NOW = Time.at(1_800_000_000)

  TIERS = {
    'free' => { 'title' => 'Free', 'accounts' => 1, 'rooms_per_account' => 1, 'meeting_duration_minutes' => 60, 'max_participants' => 10,
                'recording' => false, 'branding' => false },
    'level-3' => { 'title' => 'Level 3', 'accounts' => 1, 'rooms_per_account' => 9, 'meeting_duration_minutes' => 360,
                   'max_participants' => 50, 'recording' => true, 'branding' => false },
    'custom' => { 'title' => 'Custom', 'accounts' => 'unlimited', 'rooms_per_account' => 'unlimited',
                  'meeting_duration_minutes' => 1440, 'max_participants' => 'unlimited', 'recording' => true, 'branding' => true }
  }.freeze

  attr_reader :root, :log

  def setup
    @root = Dir.mktmpdir('bbb-tiers-')
    Dir.mkdir(File.join(root, 'tmp'))
    @log = StringIO.new
    Rails.reset
    Rails.root = Pathname.new(root)
    Rails.logger = Logger.new(log, formatter: ->(severity, _, _, message) { "#{severity} #{message}\n" })
    I18n.reset
    BbbTiers.reset
    BbbTiers.load_texts
    StandIns.fresh
  end

  def teardown
    FileUtils.remove_entry(root)
  end

  # For a second world within one test.
  def start_over
    teardown
    setup
  end

  def boot(env = {})
    BbbTiers.boot(env:, logger: Rails.logger, root:, clock: FixedClock.new(NOW))
  end

  # A policy as the sidecar writes it. Keyword arguments replace its top-level keys.
  def policy(**changes)
    { version: 1, config_version: 'c0ffee', default_tier: 'free', tiers: TIERS,
      tenants: { acme: { tier: 'free', tier_by_role: true }, plain: { tier: 'level-3', tier_by_role: false }, big: { tier: 'custom' } },
      roles: { 'Level 3' => 'level-3', 'level-3' => 'level-3', 'Custom' => 'custom' }, **changes }
  end

  # Writes as the sidecar does, by rename. Returns the path.
  def write_policy(content = policy)
    path = File.join(root, 'policy.json')
    File.write("#{path}.new", content.is_a?(String) ? content : JSON.generate(content))
    File.rename("#{path}.new", path)
    path
  end

  def user(**columns)
    User.create!(provider: 'greenlight', status: 'active', language: 'en', role: Role.new(name: 'User'), **columns)
  end

  def room(owner = user)
    Room.create!(user_id: owner.id, meeting_id: 'm' * 40, name: 'Meeting')
  end

  # What reached BBB's `create`.
  def create_options(options = {}, room: self.room)
    BigBlueButtonApi.new(provider: 'greenlight').start_meeting(room:, options:)
    StandIns.created.last[:options]
  end

  def log_lines(pattern = //)
    log.string.lines.grep(pattern)
  end

  def state(results, name)
    results.find { |result| result.name == name }.state
  end

  # How long whoever finds a lock taken waits for it.
  def with_wait_seconds(seconds)
    original = BbbTiers::AdvisoryLock::WAIT_SECONDS
    silently { BbbTiers::AdvisoryLock.const_set(:WAIT_SECONDS, seconds) }
    yield
  ensure
    silently { BbbTiers::AdvisoryLock.const_set(:WAIT_SECONDS, original) }
  end

  def silently
    verbose = $VERBOSE
    $VERBOSE = nil
    yield
  ensure
    $VERBOSE = verbose
  end
end
