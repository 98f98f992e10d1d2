# frozen_string_literal: true

# Reading of the variables: what is unset, what is unlimited, and that nothing unreadable raises or loosens.

require_relative 'test_helper'

class EnvironmentTest < TierTest
  COUNTS = BbbTiers::Environment::COUNTS
  STRICTEST = BbbTiers::Environment::STRICTEST

  def read(env)
    BbbTiers::Environment.read(env, logger: Rails.logger)
  end

  def test_numbers_are_read
    tier = read('TIER_ACCOUNTS' => '3', 'TIER_MEETING_DURATION_MINUTES' => ' 180 ', 'TIER_MAX_PARTICIPANTS' => 'unlimited').tier
    assert_equal [3, 180, nil, nil], [tier.accounts, tier.meeting_duration_minutes, tier.max_participants, tier.rooms_per_account]
    assert_empty log.string
  end

  ['0', '-1', '3h', '1.5', '1e3', 'Unlimited', 'infinite', '٣', '0x10', '99999999999', "1\n2", '2147483648', 'null'].each do |text|
    define_method("test_the_number_#{text.inspect}_is_logged_and_read_strictly") do
      COUNTS.each do |field, name|
        assert_equal STRICTEST.fetch(field), read(name => text).tier[field]
        assert_equal 1, log_lines(/#{name}: expected a whole number from 1 or 'unlimited', got .*; read as #{STRICTEST.fetch(field)}$/).size
      end
    end
  end

  def test_recording_is_a_switch_and_reads_as_off_when_in_doubt
    assert_equal [true, true, false, false, false, false],
                 [nil, 'true', 'false', 'True', 'yes', '1'].map { |text| read('TIER_RECORDING' => text).tier.recording }
    assert_equal 3, log_lines(/TIER_RECORDING: expected 'true' or 'false'/).size
  end

  def test_an_empty_variable_is_not_set
    assert_empty BbbTiers::Environment.variables_set('TIER_ACCOUNTS' => '', 'BRAND_NAME' => '  ', 'TIER_CODE' => nil)
    assert_nil read('TIER_ACCOUNTS' => '').tier.accounts
  end

  def test_a_tenant_must_be_a_dns_label
    assert_equal 'acme-2', read('TIER_TENANT' => 'acme-2').tenant
    ['Acme', 'a.b', '-a', 'a' * 64, "a\nb", "a' OR 1"].each { |text| assert_nil read('TIER_TENANT' => text).tenant, text }
    assert_equal 6, log_lines(/TIER_TENANT: expected a DNS label/).size
  end

  def test_addresses_and_colours_that_are_none_are_left_out
    { 'BRAND_LOGO_URL' => ['http://a.example/x.png', 'javascript:alert(1)', '//a.example', 'https://', 'ftp://a',
                           'https://a.example/"><script>'],
      'BRAND_TERMS_URL' => ['javascript:alert(1)', 'a.example', "https://a.example\nx", 'https:// a'],
      'BRAND_PRIMARY_COLOR' => ['red', '#fff', '#12345g', '#1234567', "#123456\n;"] }.each do |name, texts|
      texts.each do |text|
        assert_empty read(name => text).brand.to_h.compact, text
        assert_equal 1, log_lines(/#{name}: expected .*, got #{Regexp.escape(text[0, 40].inspect)}; read as not set/).size
      end
    end
  end

  def test_addresses_and_colours_that_are_some_are_taken
    brand = read('BRAND_LOGO_URL' => 'https://acme.example/l.png?a=1&b=%20', 'BRAND_HELP_URL' => 'http://[::1]:80/',
                 'BRAND_PRIMARY_COLOR' => '#0A7d55').brand
    assert_equal({ 'BrandingImage' => 'https://acme.example/l.png?a=1&b=%20', 'PrimaryColor' => '#0A7d55',
                   'HelpCenter' => 'http://[::1]:80/' },
                 brand.site_settings)
  end

  def test_bytes_that_are_not_utf8_do_not_raise
    assert_equal "Gr\u{FFFD}n", read('BRAND_NAME' => "Gr\xFCn".b).brand.name
  end

  def test_no_secret_is_ever_logged
    boot('TIER_CLAIM_SECRET' => 'sesame-sesame', 'TIER_TENANT' => 'NOT A LABEL', 'TIER_ACCOUNTS' => 'x')
    refute_match(/sesame/, log.string)
  end

  # A real process environment under the C locale, in which Ruby would take every name for ASCII.
  def test_names_of_any_kind_survive_the_way_through_the_container
    name = "Mütter & \"Söhne\"\n$HOME ${x} 'eG' `id` \\ %{a} <b>"
    script = <<~RUBY
      require #{File.join(OVERLAY_ROOT, 'overlay', 'bbb_tiers').inspect}
      require 'logger'
      read = BbbTiers::Environment.read(ENV.to_h, logger: Logger.new($stderr))
      print [read.brand.name, read.brand.banner_text, read.tier.title].map { |text| [text].pack('m0') }.join(' ')
    RUBY
    env = { 'BRAND_NAME' => name, 'BRAND_BANNER_TEXT' => name, 'TIER_TITLE' => name, 'LC_ALL' => 'C', 'RUBYOPT' => nil }
    printed = IO.popen([env, 'ruby', '-e', script], &:read)
    assert_equal [name] * 3, printed.split.map { |text| text.unpack1('m0').force_encoding('UTF-8') }
  end
end
