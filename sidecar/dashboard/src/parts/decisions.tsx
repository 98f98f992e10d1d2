/** The last decisions with code and sentence; the code leads to the page that members see. */
import type { DecisionView } from '../../../api/schemas';
import { sentenceOf } from '../../../pages/sentence';
import { dateAndTime, language, texts } from '../language';
import { decisions } from '../store';

function sentence(decision: DecisionView): string {
  return language.value === 'en'
    ? decision.sentence
    : sentenceOf(decision, decision.tier ?? undefined, language.value);
}

function Decision({ decision }: { readonly decision: DecisionView }) {
  const { code, at, outcome } = decision;
  return (
    <li data-code={code} data-action={decision.action}>
      <p class="decision-head">
        <a href={`./m/${code}?lang=${language.value}`} target="_blank" rel="noreferrer">
          {code}
        </a>
        <time dateTime={new Date(at).toISOString()}>{dateAndTime(at)}</time>
        <span class={`outcome ${outcome ?? 'open'}`}>{texts.value.outcomes[outcome ?? 'open']}</span>
      </p>
      <p>{sentence(decision)}</p>
    </li>
  );
}

export function Decisions() {
  const found = decisions.value;
  return (
    <section class="panel decisions" aria-labelledby="decisions-title">
      <h2 id="decisions-title">{texts.value.decisions}</h2>
      {found.length === 0 ? <p class="empty">{texts.value.noDecisions}</p> : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol class="scroll" tabIndex={0} aria-labelledby="decisions-title" hidden={found.length === 0}>
        {found.map((decision) => (
          <Decision key={decision.code} decision={decision} />
        ))}
      </ol>
    </section>
  );
}
