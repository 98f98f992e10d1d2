# frozen_string_literal: true

# Recording reads as off where the owner's tier says so, on every page that asks, and only there.

require_relative 'test_helper'

class RecordingTest < TierTest
  def settings(owner, starter: nil)
    RoomSettingsGetter.new(room_id: room(owner).id, provider: 'greenlight', current_user: starter).call
  end

  def test_off_in_the_settings_and_for_the_switch
    boot('TIER_RECORDING' => 'false')
    assert_equal({ 'record' => 'false', 'muteOnStart' => 'false' }, settings(user))
    assert_equal({ 'RoomLimit' => '100', 'CanRecord' => 'false', 'CreateRoom' => 'true' }, CurrentUserSerializer.new(user).permissions)
  end

  def test_as_the_room_has_it_where_the_tier_records
    boot('TIER_RECORDING' => 'true')
    assert_equal 'true', settings(user)['record']
    StandIns.room_settings['record'] = 'false'
    assert_equal 'false', settings(user)['record']
    assert_equal 'true', CurrentUserSerializer.new(user).permissions['CanRecord']
  end

  def test_an_answer_without_the_setting_gets_none
    boot('TIER_RECORDING' => 'false')
    StandIns.room_settings = { 'glViewerAccessCode' => '' }
    assert_equal({ 'glViewerAccessCode' => '' }, settings(user))
  end

  def test_the_owner_counts_not_who_starts
    boot('TIER_TENANT' => 'acme', 'TIER_POLICY_FILE' => write_policy)
    recorder = user(role: Role.new(name: 'Level 3'))
    answers = [settings(user), settings(user, starter: recorder), settings(recorder), settings(recorder, starter: user)]
    assert_equal(%w[false false true true], answers.map { |answer| answer['record'] })
  end

  def test_a_room_that_is_gone_reads_by_the_tenants_tier
    boot('TIER_RECORDING' => 'false')
    assert_equal 'false', RoomSettingsGetter.new(room_id: 'gone', provider: 'greenlight', current_user: nil).call['record']
  end
end
