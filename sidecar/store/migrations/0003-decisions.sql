-- The decision log: every intervention with what explains it. Rows are added and their outcome filled in, never rewritten.

create table bbb_tiers.decisions (
  id bigint generated always as identity primary key,
  code text not null,
  at timestamptz not null,
  internal_meeting_id text not null,
  external_meeting_id text not null,
  key text not null,
  action text not null,
  limit_name text,
  enforce text,
  value double precision,
  allowed double precision,
  tenant text,
  tier text,
  config_version text not null,
  subject text,
  dry_run boolean not null,
  detail text,
  recorded_at timestamptz not null default now(),
  outcome text,
  outcome_at timestamptz,
  attempts integer,
  sent text,
  latency_ms double precision,
  unique (code, internal_meeting_id, at)
);

comment on table bbb_tiers.decisions is 'Ids only. No foreign key: a decision is explained as long as it is kept, whatever became of its meeting.';
comment on column bbb_tiers.decisions.code is 'What people are told, K7Q-2MX. Drawn by chance, so in a large log one may stand for two decisions.';
comment on column bbb_tiers.decisions.at is 'BBB''s clock when it was decided; recorded_at is the database''s when it was written.';
comment on column bbb_tiers.decisions.allowed is 'Null where the tier sets no limit.';
comment on column bbb_tiers.decisions.subject is 'External id of the person it was about.';
comment on column bbb_tiers.decisions.outcome_at is 'For outcome `confirmed`: when BBB showed it, latency_ms after `at`.';

create index decisions_by_at on bbb_tiers.decisions (at desc, id desc);
create index decisions_by_internal_meeting on bbb_tiers.decisions (internal_meeting_id, at desc, id desc);
create index decisions_by_external_meeting on bbb_tiers.decisions (external_meeting_id, at desc, id desc);
create index decisions_by_tenant on bbb_tiers.decisions (tenant, at desc, id desc);
