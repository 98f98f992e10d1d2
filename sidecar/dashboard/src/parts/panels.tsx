/** Configuration and health as the service reports them. */
import type { ReadonlySignal } from '@preact/signals';
import type { ConfigView, ReadinessView } from '../../../api/schemas';
import { dateAndTime, texts } from '../language';

export function ConfigPanel({ config }: { readonly config: ReadonlySignal<ConfigView | undefined> }) {
  const shown = config.value;
  if (shown === undefined) return null;
  const { version, loaded_at, problems } = shown;
  return (
    <section class={`panel${problems.length === 0 ? '' : ' alarm'}`} aria-labelledby="config-title">
      <h2 id="config-title">{texts.value.config}</h2>
      <dl class="pairs">
        <dt>{texts.value.version}</dt>
        <dd>
          <code>{version}</code>
        </dd>
        <dt>{texts.value.loaded}</dt>
        <dd>
          <time dateTime={new Date(loaded_at).toISOString()}>{dateAndTime(loaded_at)}</time>
        </dd>
      </dl>
      <div role="status">
        <p class={problems.length === 0 ? 'good' : 'bad'}>
          {problems.length === 0 ? texts.value.configGood : texts.value.configBad(problems.length)}
        </p>
        <ul class="problems">
          {problems.map(({ file, line, col, path, message }) => (
            <li key={`${file}:${line}:${col}:${message}`} lang="en">
              <code>{`${file}:${line}:${col}`}</code> {path === '' ? '' : `${path}: `}
              {message}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

export function HealthPanel({
  readiness,
}: {
  readonly readiness: ReadonlySignal<ReadinessView | undefined>;
}) {
  const checks = Object.entries(readiness.value?.checks ?? {});
  const failing = checks.filter(([, { ok }]) => !ok).map(([name]) => name);
  return (
    <section class={`panel${failing.length === 0 ? '' : ' alarm'}`} aria-labelledby="health-title">
      <h2 id="health-title">{texts.value.health}</h2>
      {/* Said aloud: what fails, not every figure that changes. */}
      <p class="unseen" role="status">
        {failing.length === 0 ? '' : `${texts.value.failing}: ${failing.join(', ')}`}
      </p>
      <ul class="health">
        {checks.map(([name, { ok, detail }]) => (
          <li key={name} class={ok ? 'good' : 'bad'}>
            <span class="check-name">{name}</span> <span>{ok ? texts.value.ok : texts.value.failing}</span>
            <small lang="en">{detail}</small>
          </li>
        ))}
      </ul>
    </section>
  );
}
