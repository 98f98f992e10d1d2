-- The meeting ledger: which meetings ran under which tier, who (as ids) was there when, what was recorded, what was said.
--
-- Every moment is a timestamptz holding whole milliseconds of BBB's clock, so that psql shows it readably and JavaScript
-- gets back the number it wrote; every duration is a bigint of milliseconds and says so in its name (`_ms`).

create table bbb_tiers.meetings (
  internal_meeting_id text primary key,
  external_meeting_id text,
  create_time timestamptz,
  is_breakout boolean not null default false,
  parent_internal_meeting_id text,
  record boolean,
  tenant text,
  tier text,
  tier_title text,
  tier_source text,
  owner_external_user_id text,
  limits jsonb,
  config_version text,
  seen_at timestamptz not null,
  recorded_at timestamptz,
  recording_marked_at timestamptz,
  recording_mark_code text,
  ended_at timestamptz,
  end_reason text,
  end_certain boolean,
  peak_participants integer,
  participant_ms bigint,
  dial_in_ms bigint,
  recorded_ms bigint,
  revision bigint not null default 1,
  counted_revision bigint not null default 0,
  counted_until timestamptz
) with (fillfactor = 80);

comment on table bbb_tiers.meetings is 'One row per run of a meeting. What is not known (yet) is null.';
comment on column bbb_tiers.meetings.record is 'The record flag of create: may be recorded.';
comment on column bbb_tiers.meetings.tenant is 'Tenant, tier, source, owner, limits and config version: the tier assignment as it holds for this run.';
comment on column bbb_tiers.meetings.seen_at is 'Newest sign of life.';
comment on column bbb_tiers.meetings.recorded_at is 'First moment a recording was active.';
comment on column bbb_tiers.meetings.recording_marked_at is 'Set: nothing of this run may be published; the code names the decision.';
comment on column bbb_tiers.meetings.end_certain is 'True: BBB announced the end. False: BBB only stopped listing the meeting.';
comment on column bbb_tiers.meetings.participant_ms is 'Totals of this run with its breakout rooms, as counted up to counted_until; see meeting_days.';
comment on column bbb_tiers.meetings.revision is 'Grows with every write the totals depend on; they are due while counted_revision differs.';

create index meetings_by_create_time on bbb_tiers.meetings (create_time desc, internal_meeting_id desc);
create index meetings_by_external_id on bbb_tiers.meetings (external_meeting_id, create_time desc);
create index meetings_by_parent on bbb_tiers.meetings (parent_internal_meeting_id)
  where parent_internal_meeting_id is not null;
create index meetings_open on bbb_tiers.meetings (internal_meeting_id) where ended_at is null;
create index meetings_uncounted on bbb_tiers.meetings (internal_meeting_id) where revision <> counted_revision;
create index meetings_recorded on bbb_tiers.meetings (create_time, internal_meeting_id) where recorded_at is not null;
create index meetings_by_seen_at on bbb_tiers.meetings (seen_at);

create table bbb_tiers.attendance (
  internal_meeting_id text not null references bbb_tiers.meetings on delete cascade,
  internal_user_id text not null,
  joined_at timestamptz not null,
  not_before timestamptz,
  left_at timestamptz,
  ejected_at timestamptz,
  external_user_id text,
  kind text not null check (kind in ('web', 'dial-in')),
  bot boolean not null,
  role text not null check (role in ('MODERATOR', 'VIEWER')),
  primary key (internal_meeting_id, internal_user_id, joined_at),
  check (left_at >= joined_at),
  check (ejected_at >= left_at)
) with (fillfactor = 80);

comment on table bbb_tiers.attendance is
  'One row per stretch of time in which a join session was there. Open rows (left_at null) end with their meeting at the latest.';
comment on column bbb_tiers.attendance.ejected_at is
  'Set when the session was removed for good; BBB may tell of it a moment after it told that they left.';
comment on column bbb_tiers.attendance.not_before is
  'Set when nobody saw the arrival: it was between not_before and joined_at, when the session was first listed.';

create table bbb_tiers.recording_intervals (
  internal_meeting_id text not null references bbb_tiers.meetings on delete cascade,
  started_at timestamptz not null,
  stopped_at timestamptz,
  primary key (internal_meeting_id, started_at),
  check (stopped_at >= started_at)
);

comment on table bbb_tiers.recording_intervals is
  'When BBB was marking a recording. Open rows end with their meeting at the latest.';

create table bbb_tiers.notices (
  internal_meeting_id text not null references bbb_tiers.meetings on delete cascade,
  key text not null,
  sent_at timestamptz not null,
  primary key (internal_meeting_id, key)
);

comment on table bbb_tiers.notices is 'What was said in a meeting''s chat, by key and never as text, so that it is not said twice.';

create table bbb_tiers.observation (
  one_row boolean primary key default true check (one_row),
  at timestamptz not null
);

comment on table bbb_tiers.observation is
  'When BBB''s full list of meetings was last read. A meeting that ended while nobody watched ended after this moment.';
