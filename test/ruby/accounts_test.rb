# frozen_string_literal: true

# Accounts per tenant: every way in is refused in Greenlight's own shapes once the tenant is full, and nobody else is disturbed.

require_relative 'test_helper'

class AccountsTest < TierTest
  REQUEST = Struct.new(:env)
  CREATED = { status: :created, json: { data: {} } }.freeze
  SIGN_UP_REFUSED = { status: :bad_request, json: { data: 'AccountLimitError', errors: 'InviteInvalid' } }.freeze
  ADMIN_REFUSED = { status: :bad_request, json: { data: 'AccountLimitError', errors: 'EmailAlreadyExists' } }.freeze

  def answer(controller, action, current_user: nil, env: {}, **params)
    controller.new.tap do |instance|
      instance.current_user = current_user
      instance.params = params
      instance.request = REQUEST.new(env)
      instance.public_send(action)
    end.answer
  end

  def sign_up(current_user: nil, **columns)
    answer(Api::V1::UsersController, :create, current_user:, user: columns)
  end

  def oidc(uid, email: "#{uid}@acme.example")
    answer(ExternalController, :create_user, env: { 'omniauth.auth' => uid && { 'uid' => uid, 'info' => { 'email' => email } } })
  end

  def invite(*emails)
    answer(Api::V1::Admin::InvitationsController, :create, invitations: { emails: emails.join(',') })
  end

  def set_status(person, status)
    answer(Api::V1::Admin::UsersController, :update, id: person.id, user: { status: })
  end

  def registration
    SettingGetter.new(setting_name: 'RegistrationMethod', provider: 'greenlight').call
  end

  def test_sign_up_below_and_at_the_limit
    boot('TIER_ACCOUNTS' => '2')
    assert_equal [CREATED, CREATED, SIGN_UP_REFUSED], Array.new(3) { sign_up }
    assert_equal 2, User.rows.size
  end

  def test_unlimited_stops_nobody
    boot('TIER_ACCOUNTS' => 'unlimited')
    assert_equal [CREATED], Array.new(5) { sign_up }.uniq
    assert_equal 'open', registration
  end

  def test_a_refusal_uses_up_no_invitation
    boot('TIER_ACCOUNTS' => '1')
    user
    assert_equal SIGN_UP_REFUSED, sign_up(invite_token: 'precious')
    assert_empty StandIns.used_invitations
  end

  def test_an_administrator_is_told_in_the_words_of_the_admin_page
    boot('TIER_ACCOUNTS' => '2')
    admin = user
    StandIns.administrators = [admin]
    assert_equal [CREATED, ADMIN_REFUSED], Array.new(2) { sign_up(current_user: admin) }
  end

  def test_greenlights_own_refusals_come_first
    boot('TIER_ACCOUNTS' => '1')
    person = user
    StandIns.external_auth = true
    assert_equal :forbidden, sign_up[:status]
    StandIns.external_auth = false
    assert_equal CREATED, sign_up(current_user: person), 'the stand-in lets everyone through: the overlay must have left it to Greenlight'
  end

  def test_banned_accounts_do_not_count_all_others_do
    boot('TIER_ACCOUNTS' => '3')
    user(status: 'banned')
    user(status: 'pending')
    user(provider: 'elsewhere')
    user
    assert_equal [CREATED, SIGN_UP_REFUSED], Array.new(2) { sign_up }
  end

  def test_lifting_a_ban_needs_a_place
    boot('TIER_ACCOUNTS' => '1')
    banned = user(status: 'banned')
    active = user
    assert_equal({ status: :bad_request, json: { data: 'AccountLimitError', errors: 'RecordInvalid' } }, set_status(banned, 'active'))
    assert_equal 'banned', banned.status
    assert_equal :ok, set_status(active, 'banned')[:status]
    assert_equal :ok, set_status(banned, 'active')[:status]
    assert_equal :ok, set_status(banned, 'pending')[:status], 'not banned any more: no place is needed'
  end

  def test_the_page_offers_no_sign_up_while_the_tenant_is_full
    boot('TIER_ACCOUNTS' => '1')
    assert_equal 'open', registration
    user
    assert_equal 'invite', registration
    assert_equal '#467fcf', SettingGetter.new(setting_name: 'PrimaryColor', provider: 'greenlight').call
  end

  def test_an_approval_procedure_is_left_alone
    boot('TIER_ACCOUNTS' => '1')
    StandIns.site_settings['RegistrationMethod'] = 'approval'
    user
    assert_equal 'approval', registration
    assert_equal SIGN_UP_REFUSED, sign_up
  end

  def test_oidc_newcomers_are_turned_away_and_old_acquaintances_are_not
    boot('TIER_ACCOUNTS' => '1')
    assert_equal({ redirect: '/?' }, oidc('ada'))
    assert_equal({ redirect: '/?error=InviteInvalid' }, oidc('bob'))
    assert_equal({ redirect: '/?' }, oidc('ada'))
    assert_equal 1, User.rows.size
  end

  def test_oidc_knows_an_account_by_its_address_only_where_greenlight_does
    boot('TIER_ACCOUNTS' => '1')
    user(email: 'ada@acme.example')
    assert_equal '/?error=InviteInvalid', oidc('new-id', email: 'ada@acme.example')[:redirect]
    ENV['USE_EMAIL_AS_EXTERNAL_ID_FALLBACK'] = 'true'
    assert_equal '/?', oidc('new-id', email: 'ada@acme.example')[:redirect]
  ensure
    ENV.delete('USE_EMAIL_AS_EXTERNAL_ID_FALLBACK')
  end

  def test_oidc_without_credentials_is_greenlights_business
    boot('TIER_ACCOUNTS' => '1')
    user
    assert_equal '/?', oidc(nil)[:redirect]
  end

  def test_invitations_are_sent_as_long_as_they_can_be_taken_up
    boot('TIER_ACCOUNTS' => '3')
    user(email: 'ada@acme.example')
    Invitation.create!(email: 'bob@acme.example', provider: 'greenlight', updated_at: NOW - 3600)
    Invitation.create!(email: 'old@acme.example', provider: 'greenlight', updated_at: NOW - (8 * 24 * 3600))
    assert_equal ADMIN_REFUSED, invite('cy@acme.example', 'di@acme.example')
    assert_equal :ok, invite('Bob@acme.example', ' cy@acme.example', 'ADA@acme.example')[:status],
                 'invited or known already: no further place'
    assert_equal 1, StandIns.sent_invitations.size
  end

  def test_an_invitation_without_addresses_is_greenlights_business
    boot('TIER_ACCOUNTS' => '1')
    assert_equal :ok, invite('')[:status]
  end

  def test_the_tenants_tier_in_the_policy_file_counts_and_may_rise_while_running
    boot('TIER_TENANT' => 'acme', 'TIER_POLICY_FILE' => write_policy)
    assert_equal [CREATED, SIGN_UP_REFUSED], Array.new(2) { sign_up }
    write_policy(policy(tenants: { acme: { tier: 'custom' } }))
    assert_equal CREATED, sign_up
  end

  def test_the_count_is_made_past_the_query_cache
    boot('TIER_ACCOUNTS' => '1')
    cached = []
    User.define_singleton_method(:counted) { cached << !Thread.current[:uncached] }
    sign_up
    assert_equal [false], cached
  end

  def test_the_lock_is_given_back_when_the_creation_fails
    boot('TIER_ACCOUNTS' => '5')
    locks = StandIns::AdvisoryLocks.new
    StandIns.connection = locks.session
    StandIns.before_insert = -> { raise 'mail server' }
    assert_raises(RuntimeError) { sign_up }
    refute_predicate locks, :held?
    StandIns.before_insert = -> {}
    assert_equal [CREATED, SIGN_UP_REFUSED], [*Array.new(5) { sign_up }, sign_up].last(2)
    refute_predicate locks, :held?
  end

  def test_whoever_waits_too_long_is_turned_away_and_nothing_hangs
    boot('TIER_ACCOUNTS' => '5')
    locks = StandIns::AdvisoryLocks.new
    with_wait_seconds(0) do
      BbbTiers::AdvisoryLock.hold(locks.session, 'accounts', 'greenlight') do
        StandIns.connection = locks.session
        assert_raises(BbbTiers::AdvisoryLock::Busy) { sign_up }
        assert_equal '/?error=SignupError', oidc('ada')[:redirect]
      end
    end
    assert_empty User.rows
    assert_equal CREATED, sign_up
  end

  def test_tenants_do_not_wait_for_each_other
    locks = StandIns::AdvisoryLocks.new
    entered = BbbTiers::AdvisoryLock.hold(locks.session, 'accounts', 'acme') do
      BbbTiers::AdvisoryLock.hold(locks.session, 'accounts', 'other', wait_seconds: 0) { true }
    end
    assert entered
  end
end
