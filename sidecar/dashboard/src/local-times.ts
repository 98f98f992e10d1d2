/** Writes the times of a public page as the reader's clock has them; without it they stay as they came, in UTC. */
const { lang } = document.documentElement;
/** `en-GB` for an English page read in Britain. */
const region = navigator.languages.find((tag) => tag.slice(0, 2) === lang) ?? lang;
const format = new Intl.DateTimeFormat(region, {
  year: 'numeric',
  month: 'long',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
});

for (const time of document.querySelectorAll('time')) {
  const at = Date.parse(time.dateTime);
  if (Number.isNaN(at)) continue;
  time.title = time.textContent;
  time.textContent = format.format(at);
}
