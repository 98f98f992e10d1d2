/** The page as a whole: sign-in or everything else; a session that ends in between covers the page and leaves it standing. */
import { signal, useSignalEffect } from '@preact/signals';
import { texts } from '../language';
import { config, connection, isSignedIn, readiness, session } from '../store';
import { Charts } from './charts';
import { Decisions } from './decisions';
import { EndDialog } from './end-dialog';
import { Head } from './head';
import { Meetings } from './meetings';
import { ConfigPanel, HealthPanel } from './panels';
import { SignIn, SignInAgain } from './sign-in';

/** Once signed in, the page stays. */
const wasSignedIn = signal(false);

export function App() {
  useSignalEffect(() => {
    if (isSignedIn.value) wasSignedIn.value = true;
  });
  if (!wasSignedIn.value) {
    if (session.value === undefined)
      return (
        <main class="waiting">
          <p role="status">{connection.value === 'stale' ? texts.value.noData : texts.value.connecting}</p>
        </main>
      );
    return session.value.signed_in ? null : <SignIn />;
  }
  return (
    <>
      <a class="skip" href="#meetings">
        {texts.value.skip}
      </a>
      <Head />
      <main class="board">
        <Meetings />
        <div class="side">
          <Decisions />
          <Charts />
          <HealthPanel readiness={readiness} />
          <ConfigPanel config={config} />
        </div>
      </main>
      <EndDialog />
      <SignInAgain />
    </>
  );
}
