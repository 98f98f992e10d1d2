# frozen_string_literal: true

# The initializer: hooks only when Greenlight is prepared, quiet, no database, and Greenlight boots whatever happens.

require_relative 'test_helper'

class InitializerTest < TierTest
  INITIALIZER = File.join(OVERLAY_ROOT, 'config', 'initializers', 'zz_bbb_tiers.rb')

  def start(variables = {})
    kept = ENV.to_h.slice(*variables.keys)
    variables.each { |name, value| ENV[name] = value }
    load INITIALIZER
    Rails.configuration.prepared.each(&:call)
  ensure
    variables.each_key { |name| ENV[name] = kept[name] }
  end

  def mount_overlay
    FileUtils.ln_s(File.join(OVERLAY_ROOT, 'overlay'), File.join(root, 'overlay'))
  end

  def test_it_hooks_when_greenlight_is_prepared_not_before
    mount_overlay
    load INITIALIZER
    refute_includes BigBlueButtonApi.ancestors.map(&:name), 'BbbTiers::Overlays::MeetingStart'
    start('TIER_MAX_PARTICIPANTS' => '5')
    assert_includes BigBlueButtonApi.ancestors.map(&:name), 'BbbTiers::Overlays::MeetingStart'
    assert_equal 5, create_options[:maxParticipants]
  end

  def test_it_writes_nothing_to_the_screen_and_asks_no_database
    mount_overlay
    User.define_singleton_method(:rows) { raise 'there is no database yet' }
    StandIns.connection = nil
    output = capture_io { start(HooksVariables::ALL) }
    assert_equal ['', ''], output
    assert_empty log_lines(/ERROR|WARN/)
  end

  def test_with_the_overlay_not_mounted_greenlight_boots
    start('TIER_ACCOUNTS' => '1')
    assert_equal 1,
                 log_lines(/ERROR bbb-tiers: overlay not loaded, no limit applies here: LoadError: .*is the overlay directory mounted/).size
  end

  def test_with_a_broken_overlay_greenlight_boots
    Dir.mkdir(File.join(root, 'overlay'))
    File.write(File.join(root, 'overlay', 'bbb_tiers.rb'), 'class (')
    start
    assert_equal 1, log_lines(/overlay not loaded, no limit applies here: SyntaxError/).size
  end

  def test_a_failure_of_the_overlay_itself_is_logged_and_greenlight_boots
    mount_overlay
    BbbTiers::Status.singleton_class.alias_method(:reported, :report)
    BbbTiers::Status.define_singleton_method(:report) { |*, **| raise 'disk' }
    start('TIER_ACCOUNTS' => '1')
    assert_equal 1, log_lines(/ERROR bbb-tiers: overlay failed at boot, hooks may be missing: RuntimeError: disk/).size
  ensure
    BbbTiers::Status.singleton_class.alias_method(:report, :reported)
  end

  def test_a_second_preparation_keeps_the_policy_that_was_read
    path = write_policy
    env = { 'TIER_TENANT' => 'plain', 'TIER_POLICY_FILE' => path }
    boot(env)
    assert_equal 50, create_options[:maxParticipants]
    File.write(path, 'broken')
    boot(env)
    assert_equal 50, create_options[:maxParticipants]
  end

  # One of each variable.
  module HooksVariables
    ALL = { 'TIER_CODE' => 'free', 'TIER_TITLE' => 'Free', 'TIER_ACCOUNTS' => '1', 'TIER_ROOMS_PER_ACCOUNT' => '1',
            'TIER_RECORDING' => 'false',
            'TIER_TENANT' => 'acme', 'BRAND_NAME' => 'Acme', 'BRAND_PRIMARY_COLOR' => '#0a7d55' }.freeze
  end
end
