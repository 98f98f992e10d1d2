# frozen_string_literal: true

# The policy file: what it says wins while it is good, the last good one stays when it is not, and a change is seen at once.

require_relative 'test_helper'

class PolicyTest < TierTest
  ENVIRONMENT = { 'TIER_CODE' => 'level-3', 'TIER_TITLE' => 'From the environment', 'TIER_MAX_PARTICIPANTS' => '7' }.freeze

  def boot_with(content = policy, tenant: 'acme', **more)
    path = write_policy(content)
    boot({ **ENVIRONMENT, 'TIER_TENANT' => tenant, 'TIER_POLICY_FILE' => path, **more })
    path
  end

  def tier_of(role_name)
    BbbTiers.policy.tier_for(user(role: role_name && Role.new(name: role_name)))
  end

  def test_the_file_wins_over_the_environment
    boot_with(tenant: 'plain')
    assert_equal %w[level-3 Level\ 3], [tier_of('User').code, tier_of('User').title]
    assert_equal 50, tier_of('User').max_participants
  end

  def test_unlimited_reads_as_no_number
    boot_with(tenant: 'big')
    assert_nil BbbTiers.policy.tenant_tier.accounts
  end

  def test_a_role_named_like_a_tier_wins_where_the_tenant_says_so
    boot_with
    assert_equal %w[level-3 level-3 level-3 custom free free free],
                 ['Level 3', ' LEVEL 3', 'level-3', 'custom', 'User', 'Administrator', nil].map { |name| tier_of(name).code }
    assert_equal 'free', BbbTiers.policy.tier_for(nil).code
  end

  def test_a_role_means_nothing_where_the_tenant_does_not_say_so
    boot_with(tenant: 'plain')
    assert_equal 'level-3', tier_of('Custom').code
  end

  def test_the_tenants_own_tier_counts_its_accounts
    boot_with
    assert_equal 1, BbbTiers.policy.tenant_tier.accounts
  end

  def test_role_names_fold_case_beyond_ascii
    boot_with(policy(roles: { 'ÜBER-STUFE' => 'custom' }))
    assert_equal 'custom', tier_of('über-stufe').code
  end

  def test_an_unknown_tenant_has_the_tier_of_the_environment_else_the_default
    boot_with(tenant: 'stranger')
    assert_equal 'level-3', tier_of('Custom').code
    start_over
    boot_with(tenant: 'stranger', 'TIER_CODE' => 'gone')
    assert_equal 'free', tier_of('Custom').code
  end

  def test_without_a_file_yet_the_environment_holds_until_there_is_one
    path = File.join(root, 'policy.json')
    boot({ **ENVIRONMENT, 'TIER_TENANT' => 'plain', 'TIER_POLICY_FILE' => path })
    3.times { assert_equal 7, tier_of('User').max_participants }
    assert_equal 1, log_lines(/TIER_POLICY_FILE .*: ENOENT; the numbers of the environment hold/).size
    write_policy
    assert_equal 50, tier_of('User').max_participants
  end

  def test_a_change_is_seen_at_the_next_look_even_with_the_same_size_and_time
    path = boot_with(tenant: 'plain')
    assert_equal 50, tier_of('User').max_participants
    before = File.stat(path)
    changed = JSON.generate(policy).gsub('"max_participants":50', '"max_participants":49')
    write_policy(changed)
    File.utime(before.atime, before.mtime, path)
    assert_equal before.size, File.size(path)
    assert_equal 49, tier_of('User').max_participants
  end

  def test_a_change_in_place_is_seen
    path = boot_with(tenant: 'plain')
    tier_of('User')
    File.write(path, JSON.generate(policy(tenants: { plain: { tier: 'free' } })))
    assert_equal 10, tier_of('User').max_participants
  end

  BROKEN = {
    'nothing' => '', 'half a file' => '{"version":1,"ti', 'a list' => '[]', 'another version' => ->(good) { good.merge(version: 2) },
    'no tiers' => ->(good) { good.merge(tiers: nil) }, 'tiers that are a list' => ->(good) { good.merge(tiers: []) },
    'no default tier' => ->(good) { good.except(:default_tier) }, 'an unknown default tier' => ->(good) { good.merge(default_tier: 'x') },
    'an unknown tier of a tenant' => ->(good) { good.merge(tenants: { a: { tier: 'x' } }) },
    'a tenant that is a text' => ->(good) { good.merge(tenants: { a: 'free' }) },
    'tier_by_role that is a text' => ->(good) { good.merge(tenants: { a: { tier: 'free', tier_by_role: 'yes' } }) },
    'an unknown tier of a role' => ->(good) { good.merge(roles: { a: 'x' }) }, 'no roles' => ->(good) { good.except(:roles) },
    'deep nesting' => "#{'[' * 5000}#{']' * 5000}", 'bytes' => "\xFF\xFE".b, 'nothing but zeroes' => "\0" * 100,
    **{ 'accounts' => 0, 'rooms_per_account' => -1, 'meeting_duration_minutes' => '60', 'max_participants' => 1.5,
        'recording' => 'true', 'branding' => nil, 'title' => 7 }.to_h do |key, value|
        ["#{key} = #{value.inspect}", ->(good) { good.merge(tiers: TIERS.merge('free' => TIERS['free'].merge(key => value))) }]
      end
  }.freeze

  BROKEN.each do |what, content|
    define_method("test_the_last_good_file_stays_when_the_new_one_has_#{what}") do
      path = boot_with(tenant: 'plain')
      assert_equal 50, tier_of('User').max_participants
      broken = content.respond_to?(:call) ? content.call(policy) : content
      File.binwrite("#{path}.new", broken.is_a?(String) ? broken : JSON.generate(broken))
      File.rename("#{path}.new", path)
      3.times { assert_equal 50, tier_of('User').max_participants }
      assert_equal 1, log_lines(/ERROR bbb-tiers: TIER_POLICY_FILE .*expected .*; the last good one stays$/).size, log.string
      write_policy(policy(tenants: { plain: { tier: 'free' } }))
      assert_equal 10, tier_of('User').max_participants
    end
  end

  def test_a_file_that_goes_away_or_becomes_a_directory_changes_nothing
    path = boot_with(tenant: 'plain')
    tier_of('User')
    File.delete(path)
    2.times { assert_equal 50, tier_of('User').max_participants }
    Dir.mkdir(path)
    2.times { assert_equal 50, tier_of('User').max_participants }
    assert_equal 2, log_lines(/TIER_POLICY_FILE/).size
  end

  def test_a_file_that_is_too_large_is_not_read
    path = boot_with(tenant: 'plain')
    tier_of('User')
    File.write(path, ' ' * (BbbTiers::PolicyFile::LARGEST_BYTES + 1))
    assert_equal 50, tier_of('User').max_participants
    assert_equal 1, log_lines(/expected at most 4194304 bytes/).size
  end

  def test_keys_of_a_newer_sidecar_are_left_alone
    boot_with(policy(tiers: TIERS.transform_values { |tier| tier.merge('webcams' => 3) }, news: true), tenant: 'plain')
    assert_equal 50, tier_of('User').max_participants
  end

  def test_an_error_names_its_place
    boot_with(policy(tenants: { acme: { tier: 'gold' } }))
    tier_of('User')
    complaint = 'tenants.acme.tier: expected one of free, level-3, custom, got "gold"; the numbers of the environment hold'
    assert_equal 1, log_lines(/#{Regexp.escape(complaint)}/).size
  end

  def test_many_readers_during_many_changes_see_one_file_or_the_other
    boot_with(tenant: 'plain')
    person = user
    writing = true
    readers = Array.new(4) { Thread.new { [].tap { |seen| seen << BbbTiers.policy.tier_for(person).max_participants while writing } } }
    200.times { |turn| write_policy(with_places(turn.even? ? 50 : 10)) }
    writing = false
    assert_empty readers.flat_map(&:value).uniq - [50, 10]
    assert_empty log_lines(/ERROR/)
    assert_equal 10, BbbTiers.policy.tier_for(person).max_participants
  end

  def with_places(places)
    policy(tiers: TIERS.merge('level-3' => TIERS['level-3'].merge('max_participants' => places)))
  end
end
