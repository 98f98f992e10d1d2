-- What each meeting used on each day: the rows that usage is added up from, so that a month of it never reads attendance.

create table bbb_tiers.meeting_days (
  internal_meeting_id text not null references bbb_tiers.meetings on delete cascade,
  day date not null,
  tenant text,
  owner_external_user_id text,
  begins boolean not null,
  meeting_ms bigint not null,
  participant_ms bigint not null,
  dial_in_ms bigint not null,
  recorded_ms bigint not null,
  peak_participants integer not null,
  primary key (internal_meeting_id, day)
);

comment on table bbb_tiers.meeting_days is
  'Written anew from attendance and recording_intervals whenever those change. A breakout room has no row: its people count in the parent.';
comment on column bbb_tiers.meeting_days.day is 'In UTC.';
comment on column bbb_tiers.meeting_days.begins is 'True on the meeting''s first day, so that meetings can be counted over any span.';
comment on column bbb_tiers.meeting_days.participant_ms is 'Time of distinct people, bots left out, callers included; dial_in_ms is the callers'' part of it.';

-- Every column that usage needs is in the index: a month is one range of it.
create index meeting_days_by_day on bbb_tiers.meeting_days (day)
  include (tenant, owner_external_user_id, begins, meeting_ms, participant_ms, dial_in_ms, recorded_ms, peak_participants);
create index meeting_days_by_tenant on bbb_tiers.meeting_days (tenant, day)
  include (owner_external_user_id, begins, meeting_ms, participant_ms, dial_in_ms, recorded_ms, peak_participants);
