/** Lays a recorded meeting's files into a made-up host as BigBlueButton does, and plays the pipeline's steps; holds no policy. */

import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Host } from './host';
import { type Outcome, type RunOptions, run } from './programs';

export const SCRIPTS = '/usr/local/bigbluebutton/core/scripts';
export const RAW = '/var/bigbluebutton/recording/raw';
const RECORDING = '/var/bigbluebutton/recording';

/** A fresh internal meeting id. */
export function internalMeetingId(createTimeMs = 1_760_000_000_000): string {
  return `${randomBytes(20).toString('hex')}-${createTimeMs}`;
}

/** events.xml as events_archiver.rb writes it: the metadata's attributes before the first event. */
export function eventsXml(id: string, metadata = ''): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<recording meeting_id="${id}" bbb_version="3.0.0">
  <meeting id="${id}" externalId="math-101" name="Math 101" breakout="false"/>
  <metadata isBreakout="false" meetingId="math-101" meetingName="Math 101"${metadata}/>
  <event timestamp="1" module="PARTICIPANT" eventname="RecordStatusEvent">
    <status>true</status>
  </event>
</recording>
`;
}

/** metadata.xml of a published recording. */
export function metadataXml(id: string, meta = ''): string {
  return `<recording>
  <id>${id}</id>
  <state>published</state>
  <published>true</published>
  <start_time>1760000000000</start_time>
  <meta>
    <meetingName>Ümläut &amp; more</meetingName>${meta}
  </meta>
  <playback><format>presentation</format></playback>
</recording>
`;
}

/** An archived and processed recording: raw files, captures (only a whole meeting has them), status files and the processed files of each format. */
export function aRecording(
  host: Host,
  { id = internalMeetingId(), formats = ['presentation'], metadata = '', ended = true, captures = true } = {},
): string {
  host.write(`${RAW}/${id}/events.xml`, eventsXml(id, metadata));
  host.write(`${RAW}/${id}/audio/${id}-1.opus`, 'sound');
  if (captures) {
    host.write(`/var/bigbluebutton/${id}/${id}/slide.pdf`, 'slides');
    host.write(`/var/freeswitch/meetings/${id}-1760000000123.opus`, 'sound');
    host.write(`/var/mediasoup/recordings/${id}/cam.webm`, 'picture');
  }
  host.write(`/var/bigbluebutton/captions/${id}/captions.json`, '[]');
  if (ended) host.write(`${RECORDING}/status/archived/${id}.done`, '');
  host.write(`${RECORDING}/status/sanity/${id}.done`, '');
  for (const format of formats) {
    host.write(`${RECORDING}/process/${format}/${id}/metadata.xml`, metadataXml(id));
    host.write(`${RECORDING}/process/${format}/${id}/webcams.webm`, 'picture');
    host.write(`${RECORDING}/status/processed/${id}-${format}.done`, '');
  }
  return id;
}

/** Every path of the host that has the id in it, without our own notes and logs. */
export function traces(paths: Iterable<string>, id: string): string[] {
  return [...paths].filter((path) => path.includes(id) && !path.startsWith('var/lib/bbb-tiers-hooks')).sort();
}

/**
 * BBB's publish worker and script: without processed files it fails and nobody sees anything, else the files are
 * copied and the processed ones removed. Returns whether it published.
 */
export function publish(host: Host, id: string, format: string): boolean {
  const from = host.at(`${RECORDING}/process/${format}/${id}`);
  if (!host.has(`${RECORDING}/process/${format}/${id}/metadata.xml`)) {
    host.write(`${RECORDING}/status/published/${id}-${format}.fail`, '');
    return false;
  }
  const to = host.at(`/var/bigbluebutton/published/${format}/${id}`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
  rmSync(from, { recursive: true });
  host.write(`${RECORDING}/status/published/${id}-${format}.done`, '');
  return true;
}

/** One hook, called as base_worker.rb calls it. */
export function hook(
  host: Host,
  step: 'archive' | 'process' | 'publish',
  id: string,
  format?: string,
  options?: RunOptions,
): Promise<Outcome> {
  const args = ['-m', id, ...(format === undefined ? [] : ['-f', format])];
  return run('ruby', [host.at(`${SCRIPTS}/post_${step}/00_bbb_tiers.rb`), ...args], options);
}
