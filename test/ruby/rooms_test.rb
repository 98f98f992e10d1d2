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
end
