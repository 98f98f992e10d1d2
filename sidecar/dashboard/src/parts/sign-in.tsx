/** Signing in with a token: as a page of its own, and over the page when a session ends in the middle of work. */
import { effect, signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { call, type Session } from '../calls';
import { texts } from '../language';
import { begin } from '../live';
import { isSignedIn, session } from '../store';
import { LanguageSwitch } from './head';

export const problem = signal<'refused' | 'linkRefused' | 'tooOften' | 'noData' | undefined>(undefined);
const busy = signal(false);

/** What was wrong before is of no interest to whoever is in. */
effect(() => {
  if (isSignedIn.value) problem.value = undefined;
});

async function signIn(form: HTMLFormElement): Promise<void> {
  const token = String(new FormData(form).get('token') ?? '').trim();
  busy.value = true;
  const { status, body } = await call<Session>('POST', 'session', { token });
  busy.value = false;
  if (body === undefined) {
    problem.value = status === 429 ? 'tooOften' : status === 0 ? 'noData' : 'refused';
    return;
  }
  problem.value = undefined;
  form.reset();
  begin(body);
}

function Form() {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void signIn(event.currentTarget);
      }}
    >
      <label class="token-label" for="token">
        {texts.value.token}
      </label>
      <input
        id="token"
        class="token"
        name="token"
        type="password"
        autocomplete="off"
        spellcheck={false}
        required
        aria-describedby="sign-in-hint"
      />
      <p id="sign-in-hint" class="hint">
        {texts.value.signInHint}
      </p>
      <p class="problem" role="alert">
        {problem.value === undefined ? '' : texts.value[problem.value]}
      </p>
      <button type="submit" disabled={busy.value}>
        {texts.value.signIn}
      </button>
    </form>
  );
}

export function SignIn() {
  return (
    <main class="sign-in">
      <div class="sign-in-head">
        <h1>{texts.value.title}</h1>
        <LanguageSwitch />
      </div>
      <Form />
      <p>
        <a href="./service-levels">{texts.value.levels}</a>
      </p>
    </main>
  );
}

export function SignInAgain() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOver = session.value?.signed_in === false;
  useEffect(() => {
    if (isOver && dialog.current?.open === false) dialog.current.showModal();
    if (!isOver) dialog.current?.close();
  }, [isOver]);
  return (
    <dialog
      ref={dialog}
      class="sign-in-again"
      aria-labelledby="sign-in-again"
      onCancel={(event) => event.preventDefault()}
      // A browser lets nobody be kept by a dialog for ever: the second Escape closes it, and there is nothing to go back to.
      onClose={() => {
        if (session.peek()?.signed_in === false) dialog.current?.showModal();
      }}
    >
      <h2 id="sign-in-again">{texts.value.signIn}</h2>
      {isOver ? <p>{texts.value.signInAgain}</p> : null}
      {isOver ? <Form /> : null}
    </dialog>
  );
}
