# frozen_string_literal: true

# Rooms per account: refused by Greenlight's own check, shown by its own serializer, never looser than the role.

require_relative 'test_helper'

class RoomsTest < TierTest
  def allowed?(owner)
    PermissionsChecker.new(current_user: owner, permission_names: 'RoomLimit', user_id: owner.id, current_provider: 'greenlight').call
  end

  def test_below_at_and_above_the_limit
    boot('TIER_ROOMS_PER_ACCOUNT' => '2')
    owner = user
    assert_equal [true, true, false, false], Array.new(4) { allowed?(owner).tap { room(owner) } }
  end

  def test_unlimited_leaves_the_role_to_decide
    boot('TIER_ROOMS_PER_ACCOUNT' => 'unlimited')
    StandIns.role_room_limit = 1
    owner = user
    assert_equal [true, false], Array.new(2) { allowed?(owner).tap { room(owner) } }
  end

  def test_the_tighter_of_role_and_tier_holds
    boot('TIER_ROOMS_PER_ACCOUNT' => '5')
    StandIns.role_room_limit = 0
    refute allowed?(user)
    assert_equal '0', CurrentUserSerializer.new(user).permissions['RoomLimit']
  end

  def test_other_permissions_are_not_touched
    boot('TIER_ROOMS_PER_ACCOUNT' => '1')
    admin = user
    StandIns.administrators = [admin]
    assert PermissionsChecker.new(current_user: admin, permission_names: 'ManageUsers', current_provider: 'greenlight').call
  end

  def test_the_check_stays_private
    boot('TIER_ROOMS_PER_ACCOUNT' => '1')
    assert PermissionsChecker.private_method_defined?(:authorize_room_limit)
  end

  def test_the_page_is_told_the_smaller_number
    boot('TIER_ROOMS_PER_ACCOUNT' => '3')
    assert_equal({ 'RoomLimit' => '3', 'CanRecord' => 'true', 'CreateRoom' => 'true' }, CurrentUserSerializer.new(user).permissions)
  end

  def test_the_owners_role_decides_where_the_tenant_says_so
    boot('TIER_TENANT' => 'acme', 'TIER_POLICY_FILE' => write_policy)
    assert_equal %w[9 1 100], ['Level 3', 'User', 'Custom'].map { |name|
                                CurrentUserSerializer.new(user(role: Role.new(name:))).permissions['RoomLimit']
                              }
    owner = user(role: Role.new(name: 'Level 3'))
    assert_equal [*[true] * 9, false], Array.new(10) { allowed?(owner).tap { room(owner) } }
  end

  def create_room(owner_id)
    Api::V1::RoomsController.new.tap do |controller|
      controller.params = { room: { user_id: owner_id, name: 'Another' } }
      controller.create
    end.answer
  end

  def test_the_refusal_is_greenlights_own
    boot('TIER_ROOMS_PER_ACCOUNT' => '2')
    owner = user
    assert_equal %i[created created bad_request], Array.new(3) { create_room(owner.id)[:status] }
    assert_equal({ status: :bad_request, json: { errors: 'RoomLimitError' } }, create_room(owner.id))
  end

  def test_an_owner_who_does_not_exist_is_greenlights_business
    boot('TIER_ROOMS_PER_ACCOUNT' => '2')
    assert_raises(KeyError) { create_room('nobody') }
  end

  def test_where_rooms_are_unlimited_nobody_waits
    boot('TIER_ROOMS_PER_ACCOUNT' => 'unlimited')
    StandIns.connection = nil
    owner = user
    assert_equal :created, create_room(owner.id)[:status]
    ApplicationController.new.create_default_room(user)
    assert_equal 2, Room.rows.size
  end

  def test_a_default_room_that_would_have_to_wait_too_long_is_left_out_and_costs_nobody_the_sign_in
    boot('TIER_ROOMS_PER_ACCOUNT' => '1')
    locks = StandIns::AdvisoryLocks.new
    StandIns.connection = locks.session
    owner = user
    with_wait_seconds(0) do
      BbbTiers::AdvisoryLock.hold(locks.session, 'rooms', owner.id) { ApplicationController.new.create_default_room(owner) }
    end
    assert_empty Room.rows
    assert_equal 1, log_lines(/WARN bbb-tiers: no default room made: .*expected the lock for rooms within/).size
    ApplicationController.new.create_default_room(owner)
    assert_equal 1, Room.rows.size
    refute_predicate locks, :held?
  end
end
