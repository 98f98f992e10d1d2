# frozen_string_literal: true

# Branding from the environment: shown everywhere, locked in the form, and gone again where the tier has none.

require_relative 'test_helper'

class BrandingTest < TierTest
  BRAND = { 'BRAND_NAME' => "Müller & \"Söhne\"\n$x %{name}",
            'BRAND_LOGO_URL' => 'https://acme.example/l.png', 'BRAND_PRIMARY_COLOR' => '#0a7d55',
            'BRAND_PRIMARY_COLOR_LIGHT' => '#e4f4ee', 'BRAND_TERMS_URL' => 'https://acme.example/t', 'BRAND_PRIVACY_URL' => 'https://acme.example/p',
            'BRAND_HELP_URL' => 'https://acme.example/h' }.freeze

  def form(action, **params)
    Api::V1::Admin::SiteSettingsController.new.tap do |controller|
      controller.params = params
      controller.public_send(action)
    end.answer
  end

  def setting(name)
    SettingGetter.new(setting_name: name, provider: 'greenlight').call
  end

  def test_settings_read_as_the_environment_says
    boot(BRAND)
    assert_equal %w[https://acme.example/l.png #0a7d55 #e4f4ee https://acme.example/t https://acme.example/p https://acme.example/h],
                 %w[BrandingImage PrimaryColor PrimaryColorLight Terms PrivacyPolicy HelpCenter].map { |name| setting(name) }
    assert_equal 'open', setting('RegistrationMethod')
    assert SettingGetter.private_method_defined?(:transform_value)
  end

  def test_what_the_environment_does_not_say_stays_greenlights
    boot('BRAND_PRIMARY_COLOR' => '#0a7d55')
    assert_equal ['#0a7d55', 'stock.png'], [setting('PrimaryColor'), setting('BrandingImage')]
    assert_equal({ status: :ok, json: { data: {} } }, form(:update, name: 'BrandingImage', site_setting: { value: 'mine.png' }))
    assert_equal 'mine.png', setting('BrandingImage')
  end

  def test_the_form_refuses_what_the_environment_fixes
    boot(BRAND)
    refused = { status: :forbidden, json: { errors: [] } }
    assert_equal refused, form(:update, name: 'PrimaryColor', site_setting: { value: '#000000' })
    assert_equal refused, form(:purge_branding_image)
    assert_equal '#467fcf', StandIns.site_settings['PrimaryColor']
    assert_equal 'stock.png', StandIns.site_settings['BrandingImage']
    assert_equal :ok, form(:update, name: 'RegistrationMethod', site_setting: { value: 'invite' })[:status]
  end

  def test_the_form_shows_what_holds
    boot(BRAND)
    assert_equal({ 'PrimaryColor' => '#0a7d55', 'RegistrationMethod' => 'open' },
                 form(:index, names: %w[PrimaryColor RegistrationMethod])[:json][:data])
  end

  def test_an_unreadable_value_locks_nothing
    boot('BRAND_PRIMARY_COLOR' => 'green')
    assert_equal '#467fcf', setting('PrimaryColor')
    assert_equal :ok, form(:update, name: 'PrimaryColor', site_setting: { value: '#000000' })[:status]
  end

  def test_no_branding_where_the_tier_has_none_and_back_again_without_a_restart
    boot({ **BRAND, 'TIER_TENANT' => 'plain', 'TIER_POLICY_FILE' => write_policy })
    page = Object.new.extend(ApplicationHelper)
    assert_equal ['#467fcf', 'BigBlueButton'], [setting('PrimaryColor'), page.page_title]
    assert_equal :ok, form(:update, name: 'PrimaryColor', site_setting: { value: '#111111' })[:status]
    write_policy(policy(tenants: { plain: { tier: 'custom' } }))
    assert_equal ['#0a7d55', BRAND['BRAND_NAME']], [setting('PrimaryColor'), page.page_title]
  end

  def test_the_title_of_a_room_stays
    boot(BRAND)
    page = Object.new.extend(ApplicationHelper)
    assert_equal BRAND['BRAND_NAME'], page.page_title
    StandIns.page_title = 'Assembly'
    assert_equal 'Assembly', page.page_title
  end

  def test_mails_carry_the_name_in_our_languages_and_leave_places_for_greenlight
    boot(BRAND)
    write_mail_texts
    2.times { assert_equal :done, UserMailer.new.branding_done }
    assert_equal 'Willkommen bei Müller & "Söhne" $x %{name}!', I18n.t('email.activation.welcome_to_bbb', locale: :de)
    assert_equal 'Ada invites you to open an account with Müller & "Söhne" $x %{name}.',
                 I18n.t('email.invitation.you_have_been_invited', locale: :en, name: 'Ada')
    assert_equal 'Stock', I18n.t('email.activation.welcome_to_bbb', locale: :ja)
  end

  def test_mails_are_greenlights_own_again_when_the_tier_loses_its_branding_and_back
    boot({ **BRAND, 'TIER_TENANT' => 'big', 'TIER_POLICY_FILE' => write_policy })
    write_mail_texts
    [%w[big custom Willkommen\ bei\ Müller], %w[big free Stock], %w[big custom Willkommen\ bei\ Müller]].each do |tenant, tier, text|
      write_policy(policy(tenants: { tenant => { tier: } }))
      2.times { UserMailer.new.branding_done }
      assert_match(/\A#{text}/, I18n.t('email.activation.welcome_to_bbb', locale: :de))
    end
    assert_equal 'Ada invites you to open an account with Müller & "Söhne" $x %{name}.',
                 I18n.t('email.invitation.you_have_been_invited', locale: :en, name: 'Ada')
  end

  def test_a_mail_sentence_that_greenlight_no_longer_has_is_not_invented
    boot(BRAND)
    write_mail_texts
    UserMailer.new.branding_done
    refute I18n.exists?('email.new_user_signup.new_user', :en)
  end

  private

  def write_mail_texts
    %i[en de fr es ja].each do |language|
      I18n.store_translations(language,
                              email: { activation: { welcome_to_bbb: 'Stock' }, invitation: { you_have_been_invited: 'Stock %{name}' } })
    end
  end
end
