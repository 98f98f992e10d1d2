/** The head of the page: whether it is live, who is signed in, the language. */
import { useComputed } from '@preact/signals';
import { LANGUAGES, type Language, TEXTS } from '../../../pages/texts';
import { chooseLanguage, language, texts, timeWithSeconds } from '../language';
import { signOut } from '../live';
import { connection, heardAt, session } from '../store';

export function LanguageSwitch() {
  return (
    <label class="language">
      <span class="unseen">{texts.value.language}</span>
      <select
        value={language.value}
        onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
      >
        {LANGUAGES.map((each) => (
          <option key={each} value={each} lang={each}>
            {TEXTS[each].language}
          </option>
        ))}
      </select>
    </label>
  );
}

function ConnectionState() {
  const said = useComputed(() => {
    if (connection.value === 'live') return texts.value.live;
    return connection.value === 'connecting'
      ? texts.value.connecting
      : texts.value.stale(timeWithSeconds(heardAt.value));
  });
  return (
    <p class={`connection ${connection.value}`} role="status" data-connection={connection.value}>
      {said}
    </p>
  );
}

export function Head() {
  const { subject = '', role = '' } = session.value ?? {};
  return (
    <header class="head">
      <h1>{texts.value.title}</h1>
      <ConnectionState />
      <div class="head-end">
        <a href="./service-levels">{texts.value.levels}</a>
        <LanguageSwitch />
        <span class="who">{texts.value.signedInAs(subject, role)}</span>
        <button type="button" class="quiet" onClick={() => void signOut()}>
          {texts.value.signOut}
        </button>
      </div>
    </header>
  );
}
