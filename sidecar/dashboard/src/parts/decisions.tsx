/** The last decisions with code and sentence, as members read them, and what is for operators alone; the code leads to the members' page. */
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { DecisionView } from '../../../api/schemas';
import { sentenceOf } from '../../../pages/sentence';
import { shownText } from '../../../pages/shown-text';
import { dateAndTime, language, milliseconds, texts } from '../language';
import { meetingName } from '../row-order';
import { decisions, meetingOf, order, tierTitles } from '../store';

/** Why, by whom and how it went, as far as the sentence leaves it open. */
function furtherFacts({ detail, latency_ms, attempts }: DecisionView): readonly string[] {
  const { why, askedBy, confirmedAfter, afterAttempts } = texts.value;
  const operator = /^operator (\S+)$/.exec(detail ?? '')?.[1];
  return [
    operator === undefined ? '' : askedBy(shownText(operator, 40)),
    Object.hasOwn(why, detail ?? '') ? (why[detail ?? ''] ?? '') : '',
    latency_ms === null ? '' : confirmedAfter(milliseconds(latency_ms)),
    (attempts ?? 0) > 1 ? afterAttempts(attempts ?? 0) : '',
  ].filter((fact) => fact !== '');
}

/** By its name, once the page has seen it run; the log keeps none. */
function MeetingName({ internal_meeting_id, external_meeting_id }: DecisionView) {
  const known = useRef('');
  const said = useComputed(() => {
    // A decision may arrive before its meeting does, and stays when the meeting is over.
    const meeting = order.value.includes(internal_meeting_id) ? meetingOf(internal_meeting_id) : undefined;
    if (meeting !== undefined) known.current = meetingName(meeting.value);
    return known.current || shownText(external_meeting_id, 40);
  });
  return <bdi>{said}</bdi>;
}

function Decision({ decision }: { readonly decision: DecisionView }) {
  const { code, at, outcome, tier } = decision;
  const title = tier === null ? undefined : shownText(tierTitles.value.get(tier) ?? tier, 40);
  return (
    <li class="decision" data-code={code} data-action={decision.action}>
      <p class="decision-head">
        <a href={`./m/${code}?lang=${language.value}`} target="_blank" rel="noreferrer">
          {code}
        </a>
        <time dateTime={new Date(at).toISOString()}>{dateAndTime(at)}</time>
        <span class={`outcome ${outcome ?? 'open'}`}>{texts.value.outcomes[outcome ?? 'open']}</span>
      </p>
      <p>{sentenceOf(decision, title, language.value)}</p>
      <p class="decision-facts">
        <MeetingName {...decision} />
        {furtherFacts(decision).map((fact) => ` · ${fact}`)}
      </p>
    </li>
  );
}

export function Decisions() {
  const found = decisions.value;
  return (
    <section class="panel decisions" aria-labelledby="decisions-title">
      <h2 id="decisions-title">{texts.value.decisions}</h2>
      {found.length === 0 ? (
        <p class="empty">{texts.value.noDecisions}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <ol class="decision-list" tabIndex={0} aria-labelledby="decisions-title">
          {found.map((decision) => (
            <Decision key={decision.code} decision={decision} />
          ))}
        </ol>
      )}
    </section>
  );
}
