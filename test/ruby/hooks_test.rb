# frozen_string_literal: true

# Which hooks apply: each only with its variable, each only where Greenlight is what it expects, the others in any case.

require_relative 'test_helper'

class HooksTest < TierTest
  ALL = {
    'TIER_CODE' => 'free', 'TIER_TITLE' => 'Free', 'TIER_ACCOUNTS' => '1', 'TIER_ROOMS_PER_ACCOUNT' => '1',
    'TIER_MEETING_DURATION_MINUTES' => '60', 'TIER_MAX_PARTICIPANTS' => '10', 'TIER_RECORDING' => 'false', 'TIER_TENANT' => 'acme',
    'TIER_CLAIM_SECRET' => 'k' * 64, 'BRAND_NAME' => 'Acme', 'BRAND_LOGO_URL' => 'https://acme.example/logo.png',
    'BRAND_PRIMARY_COLOR' => '#0a7d55'
  }.freeze

  def test_every_hook_fits_the_names_and_parameters_of_the_reference
    results = boot(ALL)
    assert_equal({ applied: BbbTiers::HOOKS.size }, results.map(&:state).tally, results.filter_map(&:reason).join("\n"))
    assert_empty log_lines(/ERROR|WARN/)
  end

  def test_without_a_variable_nothing_is_touched
    hooked = BbbTiers::HOOKS.to_h { |hook| [hook.target, Object.const_get(hook.target).ancestors.dup] }
    assert_equal [:off], boot('TIER_CODE' => '', 'BRAND_NAME' => " \n", 'PATH' => '/bin').map(&:state).uniq
    assert(hooked.all? { |target, ancestors| Object.const_get(target).ancestors == ancestors })
    assert_empty log.string
    refute_path_exists File.join(root, 'tmp', 'bbb_tiers_status.json')
  end

  def test_each_variable_applies_its_own_hooks_only
    { 'TIER_ACCOUNTS' => %w[accounts-registration accounts-sign-up accounts-oidc accounts-invitations accounts-reactivation texts],
      'TIER_ROOMS_PER_ACCOUNT' => %w[rooms rooms-created rooms-default rooms-shown],
      'TIER_RECORDING' => %w[create recording recording-shown],
      'TIER_MAX_PARTICIPANTS' => %w[create], 'BRAND_NAME' => %w[branding-title branding-mails texts],
      'BRAND_PRIMARY_COLOR' => %w[branding branding-form], 'BRAND_BANNER_TEXT' => %w[create] }.each do |variable, expected|
      start_over
      applied = boot(variable => ALL.fetch(variable, 'x')).select { |result| result.state == :applied }.map(&:name)
      assert_equal expected.sort, applied.sort, variable
    end
  end

  # Every class and method that any hook names, broken in three ways.
  NAMED = BbbTiers::HOOKS.flat_map { |hook| [[hook.target, hook.overrides], *hook.relies_on.to_a] }
                         .flat_map { |class_name, methods| methods.keys.map { |method_name| [class_name, method_name] } }
                         .uniq.group_by(&:first).transform_values { |pairs| pairs.map(&:last) }

  NAMED.each do |class_name, methods|
    define_method("test_without_#{class_name}_only_its_hooks_are_skipped") do
      parent = class_name.split('::')[0..-2].inject(Object) { |scope, name| scope.const_get(name) }
      parent.send(:remove_const, class_name.split('::').last)
      check_skipped(class_name, nil, /class missing/)
    end

    methods.each do |method_name|
      define_method("test_with_#{class_name}_#{method_name}_renamed") do
        rename(Object.const_get(class_name), method_name)
        check_skipped(class_name, method_name, /expected a (public|private) method, found none/)
      end

      define_method("test_with_other_parameters_of_#{class_name}_#{method_name}") do
        owner = Object.const_get(class_name)
        hidden = owner.private_method_defined?(method_name)
        owner.define_method(method_name) { |surprise:| surprise }
        owner.send(:private, method_name) if hidden
        check_skipped(class_name, method_name, /expected the parameters \(.*\), found \(keyreq surprise\)/)
      end
    end
  end

  def test_a_public_method_that_became_private_is_not_hooked
    BigBlueButtonApi.send(:private, :start_meeting)
    assert_equal :skipped, state(boot(ALL), 'create')
  end

  def test_an_added_keyword_is_a_difference
    BigBlueButtonApi.define_method(:start_meeting) do |room:, options: {}, presentation_url: nil, extra: nil|
      [room, options, presentation_url, extra]
    end
    assert_equal :skipped, state(boot(ALL), 'create')
    assert_equal 1, log_lines(/hook create skipped: BigBlueButtonApi#start_meeting: expected the parameters/).size
  end

  def test_a_class_that_breaks_while_it_loads_skips_its_hooks
    Object.send(:remove_const, :UserMailer)
    Object.autoload(:UserMailer, File.join(root, 'broken.rb'))
    File.write(File.join(root, 'broken.rb'), "raise 'no database yet'")
    results = boot(ALL)
    assert_equal :skipped, state(results, 'branding-mails')
    assert_match(/no database yet/, results.find { |result| result.name == 'branding-mails' }.reason)
    assert_equal :applied, state(results, 'create')
  end

  def test_skipped_hooks_are_reported_in_the_status_file_and_to_the_sidecar
    rename(PermissionsChecker, :authorize_room_limit)
    boot(ALL)
    status = JSON.parse(File.read(File.join(root, 'tmp', 'bbb_tiers_status.json')))
    assert_equal 'skipped', status.dig('hooks', 'rooms', 'state')
    assert_match(/PermissionsChecker#authorize_room_limit/, status.dig('hooks', 'rooms', 'reason'))
    assert_equal 'applied', status.dig('hooks', 'create', 'state')
    assert_equal 'rooms', create_options[:'meta_tier-hooks']
    refute_match(/kkkk/, log.string + status.to_s)
  end

  def test_when_all_hooks_apply_no_create_carries_a_report
    boot(ALL)
    refute_includes create_options.keys, :'meta_tier-hooks'
  end

  def test_booting_again_hooks_nothing_twice
    assert_equal boot(ALL), boot(ALL)
    assert_equal 1, BigBlueButtonApi.ancestors.count(BbbTiers::Overlays::MeetingStart)
    assert_equal 2, SettingGetter.ancestors.count { |ancestor| ancestor.name.start_with?('BbbTiers::') }
    assert_equal 'Service level Free: 60 minutes, 10 places.', create_options[:moderatorOnlyMessage]
  end

  def test_a_status_file_that_cannot_be_written_stops_nothing
    FileUtils.remove_entry(File.join(root, 'tmp'))
    assert_equal :applied, state(boot(ALL), 'create')
  end

  def test_join_is_never_touched_in_either_signature
    boot(ALL)
    join = BigBlueButtonApi.instance_method(:join_meeting)
    assert_equal BigBlueButtonApi, join.owner
    assert_equal [1, 'Viewer', 'gl-1', nil, nil], BigBlueButtonApi.new(provider: 'x').join_meeting(room: 1, role: 'Viewer', user_id: 'gl-1')
  end

  def test_the_older_join_signature_changes_nothing
    BigBlueButtonApi.define_method(:join_meeting) { |room:, role:, name: nil, avatar_url: nil| [room, role, name, avatar_url] }
    assert_equal [:applied], boot(ALL).map(&:state).uniq
    assert_equal [1, 'Viewer', nil, nil], BigBlueButtonApi.new(provider: 'x').join_meeting(room: 1, role: 'Viewer')
    assert_equal 60, create_options[:duration]
  end

  private

  def rename(owner, method_name)
    owner.alias_method(:"new_#{method_name}", method_name)
    owner.undef_method(method_name)
  end

  # Exactly the hooks that name the class (and method) are skipped, with one log line each, and everything else applies.
  def check_skipped(class_name, method_name, reason)
    results = boot(ALL)
    expected = BbbTiers::HOOKS.select { |hook| concerned?(hook, class_name, method_name) }.map(&:name)
    skipped = results.select { |result| result.state == :skipped }
    assert_equal expected.sort, skipped.map(&:name).sort
    skipped.each do |result|
      assert_match reason, result.reason
      assert_equal 1, log_lines(/ERROR bbb-tiers: hook #{result.name} skipped: /).size
    end
  end

  # A method taken from a base class is missing in the classes below it too, a class below a missing one is itself still there.
  def concerned?(hook, class_name, method_name)
    [[hook.target, hook.overrides], *hook.relies_on.to_a].any? do |name, methods|
      next name == class_name unless method_name
      next false unless methods.key?(method_name)

      name == class_name || inherits?(name, class_name)
    end
  end

  def inherits?(name, class_name)
    Object.const_get(name).ancestors.map(&:name).include?(class_name)
  end
end
