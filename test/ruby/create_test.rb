# frozen_string_literal: true

# What reaches BBB's `create`: the owner's tier, only ever tighter than what was asked for, and nothing of the caller's lost.

require_relative 'test_helper'

class CreateTest < TierTest
  FREE = { 'TIER_CODE' => 'free', 'TIER_MEETING_DURATION_MINUTES' => '60', 'TIER_MAX_PARTICIPANTS' => '10',
           'TIER_RECORDING' => 'false' }.freeze

  def test_a_tier_without_recording
    boot(FREE)
    options = create_options({ 'record' => 'true', 'guestPolicy' => 'ASK_MODERATOR', loginURL: 'https://x' })
    assert_equal({ guestPolicy: 'ASK_MODERATOR', loginURL: 'https://x', duration: 60, maxParticipants: 10, record: 'false',
                   autoStartRecording: 'false', allowStartStopRecording: 'false', 'meta_tier-code': 'free',
                   'meta_tier-recording': 'forbidden' }, options)
  end

  def test_a_tier_that_allows_everything_adds_no_limit
    boot('TIER_CODE' => 'custom', 'TIER_MEETING_DURATION_MINUTES' => 'unlimited', 'TIER_MAX_PARTICIPANTS' => 'unlimited',
         'TIER_RECORDING' => 'true')
    assert_equal({ record: 'true', duration: '45', 'meta_tier-code': 'custom' }, create_options({ 'record' => 'true', duration: '45' }))
  end

  # asked for => what is sent, with a limit of 60.
  { nil => 60, '30' => 30, 30 => 30, '60' => 60, '90' => 60, 90 => 60, '0' => 60, 0 => 60, '-5' => 60, '' => 60, 'x' => 60, '1e1' => 60,
    '030' => 30, ' 30 ' => 30, '30.5' => 60, true => 60, '99999999999999999999' => 60 }.each do |asked, sent|
    [:duration, 'duration', :maxParticipants, 'maxParticipants'].each do |key|
      define_method("test_#{key.inspect}_#{asked.inspect}_becomes_#{sent}") do
        boot('TIER_MEETING_DURATION_MINUTES' => '60', 'TIER_MAX_PARTICIPANTS' => '60')
        options = create_options(asked.nil? ? {} : { key => asked })
        assert_equal sent, options[key.to_sym]
        assert_equal 1, options.keys.count { |name| name.to_s == key.to_s }
      end
    end
  end

  def test_the_smaller_of_a_string_and_a_symbol_key_counts
    boot(FREE)
    assert_equal 20, create_options({ 'duration' => '20', duration: 40 })[:duration]
    assert_equal 20, create_options({ duration: 20, 'duration' => '40' })[:duration]
  end

  def test_recording_asked_for_under_any_key_is_off
    boot(FREE)
    [{ 'record' => true }, { record: 'true' }, { 'autoStartRecording' => 'true', allowStartStopRecording: true }].each do |asked|
      assert_equal %w[false false false], create_options(asked).values_at(:record, :autoStartRecording, :allowStartStopRecording)
    end
  end

  def test_recording_that_the_room_has_switched_off_stays_off
    boot('TIER_RECORDING' => 'true')
    assert_equal 'false', create_options({ 'record' => 'false' })[:record]
  end

  def test_the_callers_options_are_not_changed_so_that_a_retry_gives_the_same
    boot({ **FREE, 'TIER_TITLE' => 'Free' })
    asked = { 'record' => 'true', duration: 90, moderatorOnlyMessage: 'Hello' }.freeze
    same_room = room
    first = create_options(asked, room: same_room)
    assert_equal first, create_options(asked, room: same_room)
    assert_equal({ 'record' => 'true', duration: 90, moderatorOnlyMessage: 'Hello' }, asked)
  end

  def test_the_presentation_and_the_answer_pass_through
    boot(FREE)
    answer = BigBlueButtonApi.new(provider: 'greenlight').start_meeting(room:, options: {}, presentation_url: 'https://x/a.pdf')
    assert_equal 'https://x/a.pdf', StandIns.created.last[:presentation_url]
    assert_equal({ createTime: 1 }, answer)
    BigBlueButtonApi.new(provider: 'greenlight').start_meeting(room:)
    assert_equal 60, StandIns.created.last[:options][:duration]
  end

  def test_the_owners_tier_counts_whoever_starts
    boot('TIER_TENANT' => 'acme', 'TIER_POLICY_FILE' => write_policy)
    assert_equal 360, create_options(room: room(user(role: Role.new(name: 'Level 3'))))[:duration]
    assert_equal 60, create_options(room: room(user(role: Role.new(name: 'User'))))[:duration]
  end

  def test_metadata_of_ours_that_the_caller_brings_is_dropped
    boot(FREE)
    options = create_options({ 'meta_tier-claim' => 'forged', 'meta_Tier-Tenant': 'forged', 'META_TIER-X' => 'forged',
                               'meta_bbb-origin': 'greenlight' })
    refute_includes options.values, 'forged'
    assert_equal 'greenlight', options[:'meta_bbb-origin']
  end

  def test_branding_goes_along
    boot('BRAND_LOGO_URL' => 'https://acme.example/l.png', 'BRAND_BANNER_TEXT' => "Grüße & \"Küsse\"\n$1")
    assert_equal ['https://acme.example/l.png', "Grüße & \"Küsse\"\n$1"], create_options.values_at(:logo, :bannerText)
  end

  def test_branding_stays_away_where_the_tier_has_none
    boot('TIER_TENANT' => 'plain', 'TIER_POLICY_FILE' => write_policy, 'BRAND_LOGO_URL' => 'https://acme.example/l.png')
    refute_includes create_options.keys, :logo
  end

  def test_unreadable_numbers_start_a_meeting_all_the_same
    boot('TIER_MEETING_DURATION_MINUTES' => 'three', 'TIER_MAX_PARTICIPANTS' => '-', 'TIER_RECORDING' => 'maybe')
    assert_equal [60, 10, 'false'], create_options({ record: 'true' }).values_at(:duration, :maxParticipants, :record)
  end

  # Whatever is asked for, under whichever keys: never looser than asked, never looser than the tier, nothing else lost.
  def test_any_options_are_only_tightened
    random = Random.new(20_261_122)
    boot(FREE)
    500.times do
      asked = any_options(random)
      sent = create_options(asked)
      { duration: 60, maxParticipants: 10 }.each { |name, most| assert_equal [most, *numbers(asked, name)].min, sent[name], asked.inspect }
      assert_equal 'false', sent[:record]
      assert_equal asked.slice('x', :y).transform_keys(&:to_sym), sent.slice(:x, :y)
    end
  end

  def any_options(random)
    values = [nil, '', '0', 0, 1, '1', '9', 9, 10, '10', 59, '60', 61, '600', 10**12, 'x', true]
    names = [:duration, 'duration', :maxParticipants, 'maxParticipants', 'record', :record, 'x', :y]
    names.sample(random.rand(9), random:).to_h { |key| [key, values.sample(random:)] }
  end

  def numbers(asked, name)
    asked.select { |key, _| key.to_s == name.to_s }.values.map { |value| value.to_s.to_i }.select(&:positive?)
  end
end
