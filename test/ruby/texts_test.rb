# frozen_string_literal: true

# The overlay's texts in four languages, and those that it lays over the page's own.

require_relative 'test_helper'

class TextsTest < TierTest
  LOCALES = File.join(OVERLAY_ROOT, 'overlay', 'locales')
  STOCK = { 'toast' => { 'error' => { 'users' => { 'invalid_invite' => 'Stock', 'email_exists' => 'Stock', 'banned' => 'Stock' } } },
            'homepage' => { 'welcome_bbb' => 'Stock' } }.freeze

  def flatten(tree, path = [])
    return { path.join('.') => tree } unless tree.is_a?(Hash)

    tree.flat_map { |key, inner| flatten(inner, [*path, key]).to_a }.to_h
  end

  def shown(language)
    controller = Api::V1::LocalesController.new
    controller.params = { name: language }
    controller.show
    controller.answer
  end

  def write_stock(texts = STOCK)
    directory = File.join(root, 'app', 'assets', 'locales')
    FileUtils.mkdir_p(directory)
    %w[en de fr es pl].each { |language| File.write(File.join(directory, "#{language}.json"), JSON.generate(texts)) }
  end

  def test_all_languages_have_the_same_keys_and_places
    texts = BbbTiers::Texts::LANGUAGES.to_h do |language|
      flat = flatten(YAML.load_file(File.join(LOCALES, "#{language}.yml")).fetch(language))
      [language, flat.transform_values { |text| text.scan(/%\{\w+\}/).sort }]
    end
    assert_equal BbbTiers::Texts::LANGUAGES, Dir.children(LOCALES).map { |name| name.delete_suffix('.yml') }.sort
    assert_equal [texts['en']], texts.values.uniq
  end

  def test_language_codes
    { 'de' => 'de', 'de_AT' => 'de', 'DE-CH' => 'de', 'es' => 'es', 'pt_BR' => nil, 'est' => nil, '' => nil,
      nil => nil }.each do |code, language|
      language ? assert_equal(language, BbbTiers::Texts.language(code)) : assert_nil(BbbTiers::Texts.language(code))
    end
  end

  def test_the_pages_texts_say_that_accounts_may_be_taken
    boot('TIER_ACCOUNTS' => '1')
    write_stock
    texts = JSON.parse(shown('de').fetch(:json))
    assert_match(/alle Konten dieser Leistungsstufe/, texts.dig('toast', 'error', 'users', 'invalid_invite'))
    assert_match(/alle Konten dieser Leistungsstufe/, texts.dig('toast', 'error', 'users', 'email_exists'))
    assert_equal 'Stock', texts.dig('toast', 'error', 'users', 'banned')
    assert_equal 'Stock', texts.dig('homepage', 'welcome_bbb')
  end

  def test_without_an_account_limit_the_texts_are_greenlights
    boot('TIER_ACCOUNTS' => 'unlimited')
    write_stock
    assert_equal STOCK, JSON.parse(shown('fr').fetch(:json))
  end

  def test_the_name_welcomes
    boot('BRAND_NAME' => "Ö & \"Co\"\n$1 %{x}")
    write_stock
    assert_equal "Le damos la bienvenida a Ö & \"Co\"\n$1 %{x}.", JSON.parse(shown('es').fetch(:json)).dig('homepage', 'welcome_bbb')
  end

  def test_a_key_that_greenlight_no_longer_has_is_not_invented
    boot('TIER_ACCOUNTS' => '1', 'BRAND_NAME' => 'Acme')
    changed = { 'toast' => { 'error' => { 'users' => 'a text' } }, 'homepage' => { 'other' => 'Stock' } }
    write_stock(changed)
    assert_equal changed, JSON.parse(shown('en').fetch(:json))
  end

  def test_other_languages_and_missing_files_go_greenlights_way
    boot('TIER_ACCOUNTS' => '1')
    write_stock
    assert_equal({ redirect: '/assets/pl.json' }, shown('pl'))
    assert_equal({ redirect: '/assets/de-DE.json' }, shown('de-DE'))
    assert_equal({ redirect: '/assets/../../config.json' }, shown('../../config'))
    FileUtils.remove_entry(File.join(root, 'app'))
    assert_equal({ redirect: '/assets/de.json' }, shown('de'))
  end
end
