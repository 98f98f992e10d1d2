/** Starts the operators' page: a link that signs in, the session, the stream; the rest is in the parts. */
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import '../dashboard.css';
import { call, type Session } from './calls';
import { ask, begin, keepLive } from './live';
import { App } from './parts/app';
import { problem } from './parts/sign-in';
import { session } from './store';

/** The code is behind the `#`, which no proxy's log ever sees; it leaves the address bar before it is used. */
async function useLink(): Promise<void> {
  const once = /^#once=([\w-]{1,64})$/.exec(location.hash)?.[1];
  if (once === undefined) return;
  history.replaceState(null, '', location.pathname + location.search);
  const { status, body } = await call<Session>('POST', 'session', { once });
  if (body !== undefined) begin(body);
  else problem.value = status === 429 ? 'tooOften' : status === 0 ? 'noData' : 'linkRefused';
}

async function start(): Promise<void> {
  const page = document.getElementById('page');
  if (page === null) return;
  await useLink();
  // A link that is opened where the page already is changes nothing but what is behind the `#`.
  window.addEventListener('hashchange', () => void useLink());
  keepLive();
  render(<App />, page);
  if (session.peek()?.signed_in !== true) await ask();
}

void start();
