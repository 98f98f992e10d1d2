import { type DecisionFacts, minutesInWords, sentenceOf } from '../../../sidecar/pages/sentence';
import { firstKnown, LANGUAGES, TEXTS } from '../../../sidecar/pages/texts';

test.each([
  [['de-AT', 'en'], 'de'],
  [['pt', 'fr-CA'], 'fr'],
  [['ES'], 'es'],
  [['*'], 'en'],
  [['den'], 'en'],
  [[], 'en'],
])('%j reads %s', (wanted, language) => {
  expect(firstKnown(wanted)).toBe(language);
});

const ejected: DecisionFacts = {
  action: 'eject-user',
  limit: 'participants',
  value: 11,
  allowed: 10,
  dry_run: false,
  detail: null,
};

test.each([
  [
    'en',
    'The last to arrive was removed because 11 people were in the meeting and the service level “Free” has places for 10.',
  ],
  [
    'de',
    'Die zuletzt hinzugekommene Person wurde entfernt, weil 11 Personen in der Besprechung waren und es mit der Leistungsstufe „Free“ 10 Plätze gibt.',
  ],
  [
    'fr',
    'La dernière personne arrivée a été retirée parce que 11 personnes étaient dans la réunion et que le niveau de service « Free » offre 10 places.',
  ],
  [
    'es',
    'Se retiró a la última persona en llegar porque había 11 personas en la reunión y el nivel de servicio «Free» tiene 10 plazas.',
  ],
] as const)('%s: %s', (language, sentence) => {
  expect(sentenceOf(ejected, 'Free', language)).toBe(sentence);
});

test.each([
  [
    'en',
    'A chat message informed the meeting that its time is nearly over: it had lasted 50 min, and the service level “Free” allows 1 hour.',
  ],
  [
    'de',
    'Die Besprechung wurde im Chat benachrichtigt, dass ihre Zeit bald um ist: Sie hatte 50 Min. gedauert, und mit der Leistungsstufe „Free“ darf sie 1 Stunde dauern.',
  ],
] as const)('%s: a notice says what is ahead: %s', (language, sentence) => {
  const told: DecisionFacts = {
    ...ejected,
    action: 'send-notice',
    limit: 'meeting_duration',
    value: 50,
    allowed: 60,
  };
  expect(sentenceOf(told, 'Free', language)).toBe(sentence);
});

test.each([
  ['en', '“Free” now includes recording.'],
  ['de', 'Mit „Free“ kann jetzt aufgezeichnet werden.'],
  ['fr', 'L’enregistrement est désormais compris dans « Free ».'],
  ['es', '«Free» incluye ahora la grabación.'],
] as const)('%s: %s', (language, sentence) => {
  expect(TEXTS[language].member.nowAllows.recording('Free', '')).toBe(sentence);
});

test('no operator is named', () => {
  const told: DecisionFacts = { ...ejected, action: 'end-meeting', limit: null, detail: 'operator anna' };
  for (const language of LANGUAGES) expect(sentenceOf(told, 'Free', language)).not.toContain('anna');
});

test('every act and limit is a sentence in every language', () => {
  for (const language of LANGUAGES)
    for (const action of Object.keys(TEXTS[language].sentence.acts))
      for (const limit of [null, 'participants', 'meeting_duration', 'recording'] as const)
        for (const dry_run of [true, false])
          expect(sentenceOf({ ...ejected, action, limit, dry_run }, undefined, language)).toMatch(
            /^\p{Lu}[^,]{2}.*[^,\s]\.$/u,
          );
});

test('every language says all that the others say', () => {
  const keysOf = (value: object): string[] =>
    Object.entries(value)
      .flatMap(([key, inner]) =>
        typeof inner === 'object' ? keysOf(inner).map((each) => `${key}.${each}`) : [key],
      )
      .sort();
  for (const language of LANGUAGES) expect(keysOf(TEXTS[language])).toEqual(keysOf(TEXTS.en));
});

test('hours and minutes in the words of the language', () => {
  expect([minutesInWords(60, 'en'), minutesInWords(90, 'de'), minutesInWords(45, 'en')]).toEqual([
    '1 hour',
    '1 Stunde 30 Min.',
    '45 min',
  ]);
});
