# frozen_string_literal: true

# The line for moderators: the numbers this meeting really gets, in the owner's language, harmless as HTML.

require_relative 'test_helper'

class ModeratorLineTest < TierTest
  LEVEL = { 'TIER_TITLE' => 'Level 3', 'TIER_MEETING_DURATION_MINUTES' => '360', 'TIER_MAX_PARTICIPANTS' => '50' }.freeze

  def shown(options = {}, language: 'en')
    create_options(options, room: room(user(language:)))[:moderatorOnlyMessage]
  end

  { 'en' => 'Service level Level 3: 360 minutes, 50 places.', 'de' => 'Leistungsstufe Level 3: 360 Minuten, 50 Plätze.',
    'fr' => 'Niveau de service Level 3 : 360 minutes, 50 places.',
    'es' => 'Nivel de servicio Level 3: 360 minutos, 50 plazas.' }.each do |language, line|
    define_method("test_in_#{language}") do
      boot(LEVEL)
      assert_equal line, shown(language:)
    end
  end

  def test_a_regional_language_is_its_language
    boot(LEVEL)
    assert_equal [shown(language: 'de')] * 3, [shown(language: 'de_AT'), shown(language: 'de-CH'), shown(language: 'DE')]
  end

  def test_a_language_we_do_not_have_falls_back_to_greenlights_default_then_to_english
    boot(LEVEL)
    I18n.default_locale = :'fr-CA'
    assert_match(/\ANiveau de service/, shown(language: 'pt_BR'))
    assert_match(/\ANiveau de service/, shown(language: 'english'))
    I18n.default_locale = 'ja'
    assert_match(/\AService level/, shown(language: nil))
  end

  def test_it_follows_greenlights_own_message
    boot(LEVEL)
    assert_equal 'Link:<br>https://x<br>Service level Level 3: 360 minutes, 50 places.',
                 shown({ moderatorOnlyMessage: 'Link:<br>https://x' })
    assert_equal 'Link<br>Service level Level 3: 360 minutes, 50 places.', shown({ 'moderatorOnlyMessage' => 'Link' })
  end

  def test_it_tells_the_numbers_of_this_meeting
    boot(LEVEL)
    assert_equal 'Service level Level 3: 1 minute, 1 place.', shown({ duration: '1', 'maxParticipants' => 1 })
  end

  def test_no_limit_is_said_in_words
    boot('TIER_TITLE' => 'Custom')
    assert_equal 'Service level Custom: no time limit, any number of places.', shown
    assert_equal 'Leistungsstufe Custom: ohne Zeitgrenze, beliebig viele Plätze.', shown(language: 'de')
  end

  { 'en' => 'Service level Free: planned for 60 minutes, planned for 1 person.',
    'de' => 'Leistungsstufe Free: vorgesehen für 60 Minuten, vorgesehen für 1 Person.',
    'fr' => 'Niveau de service Free : prévu pour 60 minutes, prévu pour 1 personne.',
    'es' => 'Nivel de servicio Free: previsto para 60 minutos, previsto para 1 persona.' }.each do |language, line|
    define_method("test_what_the_tier_promises_without_enforcing_it_in_#{language}") do
      soft = TIERS['free'].merge('meeting_duration_minutes' => 'unlimited', 'max_participants' => 'unlimited',
                                 'guide' => { 'meeting_duration_minutes' => 60, 'max_participants' => 1 })
      boot({ **LEVEL, 'TIER_TENANT' => 'acme', 'TIER_POLICY_FILE' => write_policy(policy(tiers: TIERS.merge('free' => soft))) })
      assert_equal line, shown(language:)
      assert_nil StandIns.created.last[:options][:maxParticipants]
    end
  end

  def test_the_variables_alone_promise_as_the_policy_file_does
    boot('TIER_TITLE' => 'Free', 'TIER_MEETING_DURATION_MINUTES' => 'unlimited', 'TIER_MAX_PARTICIPANTS' => 'unlimited',
         'TIER_GUIDE_MEETING_DURATION_MINUTES' => '60', 'TIER_GUIDE_MAX_PARTICIPANTS' => '10')
    assert_equal 'Service level Free: planned for 60 minutes, planned for 10 people.', shown
    assert_equal [nil, nil], StandIns.created.last[:options].values_at(:duration, :maxParticipants)
  end

  def test_a_promise_that_cannot_be_read_is_no_promise_and_no_limit
    boot('TIER_TITLE' => 'Free', 'TIER_MAX_PARTICIPANTS' => '10', 'TIER_GUIDE_MEETING_DURATION_MINUTES' => 'an hour')
    assert_equal 'Service level Free: no time limit, 10 places.', shown
    assert_equal 1, log_lines(/TIER_GUIDE_MEETING_DURATION_MINUTES: expected a whole number.*read as not set/).size
  end

  def test_a_title_cannot_become_html_or_a_place_to_fill_in
    boot({ **LEVEL, 'TIER_TITLE' => "<img src=x onerror=alert(1)> & \"Gold\"\n%{minutes} 'ü' $&" })
    title = '&lt;img src=x onerror=alert(1)&gt; &amp; &quot;Gold&quot; %{minutes} &#39;ü&#39; $&amp;'
    assert_equal "Service level #{title}: 360 minutes, 50 places.", shown
  end

  def test_the_title_comes_from_the_policy_file_when_there_is_one
    boot({ **LEVEL, 'TIER_TENANT' => 'acme', 'TIER_POLICY_FILE' => write_policy })
    assert_equal 'Service level Free: 60 minutes, 10 places.', shown
  end

  def test_without_a_title_or_without_texts_there_is_no_line_and_the_meeting_starts
    boot(LEVEL.except('TIER_TITLE'))
    assert_nil shown
    start_over
    boot(LEVEL)
    I18n.reset
    assert_equal 'Link', shown({ moderatorOnlyMessage: 'Link' })
    assert_equal 360, StandIns.created.last[:options][:duration]
    assert_operator log_lines(/WARN bbb-tiers: text bbb_tiers.moderator_line/).size, :>, 0
  end
end
